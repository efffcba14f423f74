package dev.penstock.discovery.etcd;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogState;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.testkit.CatalogContract;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

/** The catalog keeps the contract of every catalog. */
@Isolated // it counts the threads of the process
@Execution(ExecutionMode.SAME_THREAD)
class EtcdCatalogContractTest extends CatalogContract {
    @Override
    protected Subject open() {
        return new Keys();
    }

    /** One service for each host, whose name it has, with its port. */
    private static final class Keys implements Subject {
        private final FakeEtcd etcd = FakeEtcd.start();
        private final ControlThreads threads = ControlThreads.create();
        private final Catalog catalog = new EtcdCatalogFactory(Map.of())
                .open(
                        URI.create("etcd://" + etcd.address()),
                        new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        private final Map<String, String> odd = new TreeMap<>();
        private Map<String, String> served = Map.of();

        @Override
        public Catalog catalog() {
            return catalog;
        }

        @Override
        public void serve(Set<String> hosts) {
            Map<String, String> values = new TreeMap<>();
            for (String host : hosts) {
                values.put("/services/" + host + "/h1:c.0:" + (8_000 + host.charAt(0)), "127.0.0.1:80");
            }
            served = values;
            put();
        }

        private void put() {
            Map<String, String> all = new TreeMap<>(served);
            all.putAll(odd);
            etcd.put(all);
        }

        @Override
        public Set<String> claimed(CatalogState state) {
            return state.services().stream()
                    .map(spec -> spec.name().value().replaceFirst(":[0-9]+$", ""))
                    .collect(Collectors.toSet());
        }

        @Override
        public void fail() {
            etcd.fail("out of order");
        }

        @Override
        public boolean addMalformed() {
            odd.put("/services/odd/id", "no address");
            put();
            return true;
        }

        @Override
        public void close() {
            catalog.close();
            threads.close();
            etcd.close();
        }
    }
}
