package dev.penstock.discovery.consul;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.DiscoveryContract;
import dev.penstock.testkit.SourceSubject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The health watch keeps the contract of every source. */
class ConsulDiscoveryContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new FakeSubject(FakeConsul.start());
    }

    private static final class FakeSubject extends SourceSubject {
        private final FakeConsul consul;

        private FakeSubject(FakeConsul consul) {
            super(new ConsulFactory(Map.of()), "consul://" + consul.address() + "/orders");
            this.consul = consul;
        }

        @Override
        protected void put(List<Endpoint> endpoints, boolean odd) {
            List<String> entries =
                    new ArrayList<>(endpoints.stream().map(FakeConsul::entry).toList());
            if (odd) {
                entries.add("{\"Node\":{\"Node\":\"n2\"},\"Service\":{\"ID\":\"odd\\nid\",\"Port\":\"eighty\"}}");
            }
            consul.put("/v1/health/service/orders", FakeConsul.array(entries));
        }

        @Override
        public void fail(String problem) {
            consul.fail(problem);
        }

        @Override
        protected void end() {
            consul.close();
        }
    }
}
