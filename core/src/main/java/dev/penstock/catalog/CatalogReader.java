package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything that a source defines, once per call; called as a {@link dev.penstock.discovery.SourceReader} is.
 */
@FunctionalInterface
public interface CatalogReader {
    /**
     * What one read of a source found, with authority. Immutable.
     *
     * @param listeners all of them; none in most sources
     * @param routes all of them
     * @param services all of them
     * @param skipped one sentence for each entry that could not be used
     * @param nextRead see {@link dev.penstock.discovery.Listing#nextRead()}
     */
    record Found(
            List<ListenerSpec> listeners,
            List<RouteSpec> routes,
            List<ServiceSpec> services,
            List<String> skipped,
            @Nullable Duration nextRead) {
        /** Copies the lists. */
        public Found {
            listeners = List.copyOf(listeners);
            routes = List.copyOf(routes);
            services = List.copyOf(services);
            skipped = List.copyOf(skipped);
        }

        /**
         * What was found, without listeners, good until the next re-list.
         *
         * @param routes see {@link #routes()}
         * @param services see {@link #services()}
         * @param skipped see {@link #skipped()}
         * @return the same as one value
         */
        public static Found of(List<RouteSpec> routes, List<ServiceSpec> services, List<String> skipped) {
            return new Found(List.of(), requireNonNull(routes, "routes"), services, skipped, null);
        }

        /**
         * The same with listeners.
         *
         * @param listeners see {@link #listeners()}
         * @return a copy
         */
        public Found withListeners(List<ListenerSpec> listeners) {
            return new Found(listeners, routes, services, skipped, nextRead);
        }

        /**
         * The same with a moment for the next read.
         *
         * @param nextRead see {@link #nextRead()}
         * @return a copy
         */
        public Found withNextRead(Duration nextRead) {
            return new Found(listeners, routes, services, skipped, nextRead);
        }
    }

    /**
     * Reads.
     *
     * @return the authoritative answer, now or later; a stage that fails says that the source could not be read
     * @throws Exception if the source could not be read
     */
    CompletionStage<Found> read() throws Exception;

    /**
     * Reads to confirm an answer that a guard holds back, see {@link dev.penstock.discovery.SourceReader#confirm}.
     *
     * @param wait how long the guard holds the answer back from now on, {@code >= 0}
     * @return as of {@link #read()}
     * @throws Exception if the source could not be read
     */
    default CompletionStage<Found> confirm(Duration wait) throws Exception {
        return read();
    }
}
