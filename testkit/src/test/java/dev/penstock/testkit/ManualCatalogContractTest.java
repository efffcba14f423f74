package dev.penstock.testkit;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.route.Match;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

class ManualCatalogContractTest extends CatalogContract {
    @Override
    protected Subject open() {
        return new Manual();
    }

    private static final class Manual implements Subject {
        private final ControlThreads threads = ControlThreads.create();
        private final ManualCatalog catalog =
                new ManualCatalog("manual", new DiscoveryContext(Ticker.system(), threads, Randomness.system()));

        @Override
        public Catalog catalog() {
            return catalog;
        }

        @Override
        public void serve(Set<String> hosts) {
            List<RouteSpec> routes = new TreeSet<>(hosts)
                    .stream()
                            .map(host -> RouteSpec.of(Match.ALL.withHost(host), "found"))
                            .toList();
            catalog.set(routes, List.of(ServiceSpec.of("found", "127.0.0.1:80")));
        }

        @Override
        public void fail() {
            catalog.fail("out of order");
        }

        @Override
        public void close() {
            catalog.close();
            threads.close();
        }
    }
}
