package dev.penstock.testkit;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogReader.Found;
import dev.penstock.catalog.PolledCatalog;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.SourceRules;
import dev.penstock.route.Match;
import dev.penstock.time.Backoff;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

class PolledCatalogContractTest extends CatalogContract {
    @Override
    protected Subject open() {
        return new Polled();
    }

    /** Read on real threads with short pauses. */
    private static final class Polled implements Subject {
        private static final SourceRules RULES = SourceRules.defaults()
                .withDebounce(Duration.ofMillis(2), Duration.ofMillis(10))
                .withRelist(Duration.ofMillis(200))
                .withBackoff(new Backoff(Duration.ofMillis(5), 1.5, Duration.ofMillis(50), 0.75));

        private final ControlThreads threads = ControlThreads.create();
        private final PolledCatalog catalog = new PolledCatalog(
                "polled", this::read, RULES, new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        private volatile Set<String> served = Set.of();
        private volatile String problem = "nothing served yet";
        private volatile boolean malformed;

        private CompletionStage<Found> read() throws IOException {
            String failure = problem;
            if (!failure.isEmpty()) {
                throw new IOException(failure);
            }
            List<RouteSpec> routes = new TreeSet<>(served)
                    .stream()
                            .map(host -> RouteSpec.of(Match.ALL.withHost(host), "found"))
                            .toList();
            List<String> skipped = malformed ? List.of("entry x: \"\" (expected: a host)") : List.of();
            return CompletableFuture.completedFuture(
                    Found.of(routes, List.of(ServiceSpec.of("found", "127.0.0.1:80")), skipped));
        }

        @Override
        public Catalog catalog() {
            return catalog;
        }

        @Override
        public void serve(Set<String> hosts) {
            served = Set.copyOf(hosts);
            problem = "";
            catalog.hint();
        }

        @Override
        public void fail() {
            problem = "out of order";
            catalog.hint();
        }

        @Override
        public boolean addMalformed() {
            malformed = true;
            catalog.hint();
            return true;
        }

        @Override
        public void close() {
            catalog.close();
            threads.close();
        }
    }
}
