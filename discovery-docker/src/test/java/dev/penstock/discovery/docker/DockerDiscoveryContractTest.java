package dev.penstock.discovery.docker;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.DiscoveryContract;
import java.net.URI;
import java.util.List;

class DockerDiscoveryContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new Containers();
    }

    /** One container for each endpoint. */
    private static final class Containers implements Subject {
        private final FakeContainers containers = new FakeContainers();
        private final URI uri = URI.create("docker://" + containers.address() + "/?label=app=site&poll=1s");
        private final DockerDiscoveryFactory factory = new DockerDiscoveryFactory(Watched.NOWHERE);
        private final Discovery discovery = factory.open(factory.shared(uri), containers.context());

        @Override
        public Discovery discovery() {
            return discovery;
        }

        @Override
        public ServiceQuery query() {
            return factory.query(ServiceName.of("site"), uri);
        }

        @Override
        public void serve(List<Endpoint> endpoints) {
            containers.serve(endpoints.stream()
                    .map(endpoint -> FakeContainer.named("c" + endpoint.port())
                            .label("app", "site")
                            .label("penstock.weight", String.valueOf(endpoint.weight()))
                            .network("bridge", endpoint.host())
                            .exposed(endpoint.port()))
                    .toList());
        }

        @Override
        public void fail(String problem) {
            containers.fail(problem);
        }

        @Override
        public boolean addMalformed() {
            return containers.addMalformed();
        }

        @Override
        public void close() {
            discovery.close();
            containers.close();
        }
    }
}
