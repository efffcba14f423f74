package dev.penstock.discovery;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import java.util.List;

/**
 * What a source knows of a service's endpoints, and how well. Immutable. Times are readings of the
 * {@link dev.penstock.time.Ticker}, in nanoseconds.
 */
public sealed interface ServiceState {
    /**
     * The endpoints to use in this state.
     *
     * @return empty where there are none, or none are known
     */
    default List<Endpoint> endpoints() {
        return List.of();
    }

    /** The source has not answered yet. */
    record Pending() implements ServiceState {}

    /**
     * The source answers.
     *
     * @param set its newest answer; not empty
     */
    record Ready(EndpointSet set) implements ServiceState {
        @Override
        public List<Endpoint> endpoints() {
            return set.endpoints();
        }
    }

    /**
     * The source fails, or its answer is held back for confirmation; the last good endpoints stay in use.
     *
     * @param lastGood the answer before
     * @param problem one sentence for a person
     * @param sinceNanos when it began
     */
    record Stale(EndpointSet lastGood, String problem, long sinceNanos) implements ServiceState {
        @Override
        public List<Endpoint> endpoints() {
            return lastGood.endpoints();
        }
    }

    /**
     * The source says, with authority, that there are no endpoints.
     *
     * @param sinceNanos when it first said so
     */
    record Absent(long sinceNanos) implements ServiceState {}

    /**
     * The source fails and has never answered. Of several sources put together: one fails, no other has endpoints, and
     * the whole has never been ready, stale or absent.
     *
     * @param problem one sentence for a person
     * @param sinceNanos when it began
     */
    record Failed(String problem, long sinceNanos) implements ServiceState {}
}
