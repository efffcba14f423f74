package dev.penstock.discovery.marathon;

import dev.penstock.catalog.Catalog;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.testkit.CatalogContract;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated // it counts the threads of the process
@Execution(ExecutionMode.SAME_THREAD)
class MarathonCatalogContractTest extends CatalogContract {
    @Override
    protected Subject open() {
        return new Apps();
    }

    /** One app for each host, at its service port on the host, so that this one is not opened here. */
    private static final class Apps implements Subject {
        private final FakeMarathon marathon = FakeMarathon.start();
        private final ControlThreads threads = ControlThreads.create();
        private final Catalog catalog = new MarathonCatalogFactory(Map.of())
                .open(
                        URI.create("marathon://" + marathon.address() + "?interval=1s"),
                        new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        private Set<String> hosts = Set.of();
        private boolean malformed;

        @Override
        public Catalog catalog() {
            return catalog;
        }

        @Override
        public void serve(Set<String> hosts) {
            this.hosts = hosts;
            List<String> apps = new ArrayList<>();
            if (malformed) {
                apps.add("{\"id\": \"/odd\", \"ports\": [1], \"tasks\": [{\"id\": \"odd\", \"ports\": null}]}");
            }
            int port = 10_000;
            for (String host : new TreeSet<>(hosts)) {
                String id = "/" + host;
                port++;
                apps.add(Shapes.with(
                        Shapes.withLabels(Shapes.host08(id, port), Map.of("penstock.host", host)),
                        "tasks",
                        "[" + Shapes.task("t-" + host, id, List.of(port), List.of(port)) + "]"));
            }
            marathon.replace(apps);
        }

        @Override
        public void fail() {
            marathon.fail("out of order");
        }

        @Override
        public boolean addMalformed() {
            malformed = true;
            serve(hosts);
            return true;
        }

        @Override
        public void close() {
            catalog.close();
            threads.close();
            marathon.close();
        }
    }
}
