package dev.penstock.service;

import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.Rehearsal;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.CircuitBreaker;
import dev.penstock.load.Load;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a service knew and decided when something changed last: its members and who of them may be picked. Immutable. */
public final class Snapshot {
    /**
     * An endpoint of the service, picked from or not. Immutable, but for the load, which is live.
     *
     * @param endpoint as its source described it
     * @param load its counters
     * @param excluded why it is not picked, one sentence; empty if it may be picked
     * @param origin where it was found
     */
    public record Member(Endpoint endpoint, Load load, String excluded, Origin origin) {
        /**
         * Tells whether it may be picked.
         *
         * @return true if nothing excludes it
         */
        public boolean eligible() {
            return excluded.isEmpty();
        }

        /**
         * Its weight as it counts, of all endpoints alike ten times as much while one of them is in its slow start.
         *
         * @return that of its source where it may not be picked
         */
        public int weight() {
            return eligible() && load instanceof LiveCandidate live ? live.weight() : endpoint.weight();
        }

        /**
         * What its own circuit breaker does.
         *
         * @return null where it has none, or no request has asked for it yet
         */
        public CircuitBreaker.@Nullable Phase circuit() {
            return load instanceof LiveCandidate live ? live.circuit() : null;
        }
    }

    private final long version;
    private final List<Member> members;
    private final @Nullable Rehearsal rehearsal;
    private final @Nullable Picker picker;
    private final Refusal refusal;
    private final boolean panic;

    Snapshot(
            long version,
            List<Member> members,
            @Nullable Rehearsal rehearsal,
            @Nullable Picker picker,
            Refusal refusal,
            boolean panic) {
        this.version = version;
        this.members = members;
        this.rehearsal = rehearsal;
        this.picker = picker;
        this.refusal = refusal;
        this.panic = panic;
    }

    /** One that gives nobody an endpoint. */
    static Snapshot refusing(long version, Refusal refusal) {
        return new Snapshot(version, List.of(), null, null, refusal, false);
    }

    /**
     * Counts the snapshots of the service.
     *
     * @return {@code 0} before the first answer of its source
     */
    public long version() {
        return version;
    }

    /**
     * All endpoints of the service.
     *
     * @return in the textual order of their ids
     */
    public List<Member> members() {
        return members;
    }

    /** An endpoint by its id; null if there is none. */
    @Nullable
    Member member(String endpointId) {
        for (Member member : members) {
            if (member.endpoint().id().equals(endpointId)) {
                return member;
            }
        }
        return null;
    }

    /**
     * Those that may be picked. The candidates are live: a changed description shows in them a moment before the snapshot
     * that was made of it; what this one was made of, {@link #members()} says.
     *
     * @return in the textual order of their ids; empty if there is none
     */
    public List<Candidate> eligible() {
        return rehearsal == null ? List.of() : rehearsal.candidates().eligible();
    }

    /**
     * Tells whether too few endpoints were healthy, so that all are used.
     *
     * @return true if unhealthy ones may be picked
     */
    public boolean panic() {
        return panic;
    }

    /** Foresees picks; null where there is no picker. */
    @Nullable
    Rehearsal rehearsal() {
        return rehearsal;
    }

    @Nullable
    Picker picker() {
        return picker;
    }

    /** Ends every member, as their service does. */
    void leave() {
        for (Member member : members) {
            if (member.load() instanceof LiveCandidate candidate) {
                candidate.leave();
            }
        }
    }

    /** The answer where there is no picker. */
    Refusal refusal() {
        return refusal;
    }
}
