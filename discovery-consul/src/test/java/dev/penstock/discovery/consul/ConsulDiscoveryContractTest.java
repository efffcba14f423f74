package dev.penstock.discovery.consul;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.DiscoveryContract;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The health watch keeps the contract of every source. */
class ConsulDiscoveryContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new FakeSubject();
    }

    private static final class FakeSubject implements Subject {
        private static final String PATH = "/v1/health/service/orders";

        private final FakeConsul consul = FakeConsul.start();
        private final ControlThreads threads = ControlThreads.create();
        private final Discovery discovery;
        private List<Endpoint> served = List.of();
        private boolean malformed;

        private FakeSubject() {
            var factory = new ConsulFactory(Map.of());
            URI uri = URI.create("consul://" + consul.address() + "/orders");
            discovery = factory.open(
                    factory.shared(uri), new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        }

        @Override
        public Discovery discovery() {
            return discovery;
        }

        @Override
        public ServiceQuery query() {
            return ServiceQuery.of(ServiceName.of("orders"));
        }

        @Override
        public synchronized void serve(List<Endpoint> endpoints) {
            served = List.copyOf(endpoints);
            put();
        }

        private void put() {
            List<String> entries =
                    new ArrayList<>(served.stream().map(FakeConsul::entry).toList());
            if (malformed) {
                entries.add("{\"Node\":{\"Node\":\"n2\"},\"Service\":{\"ID\":\"odd\\nid\",\"Port\":\"eighty\"}}");
            }
            consul.put(PATH, FakeConsul.array(entries));
        }

        @Override
        public void fail(String problem) {
            consul.fail(problem);
        }

        @Override
        public synchronized boolean addMalformed() {
            malformed = true;
            put();
            return true;
        }

        @Override
        public void close() {
            discovery.close();
            threads.close();
            consul.close();
        }
    }
}
