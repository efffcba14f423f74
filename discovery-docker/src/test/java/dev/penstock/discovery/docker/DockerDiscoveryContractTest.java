package dev.penstock.discovery.docker;

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

class DockerDiscoveryContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new Containers();
    }

    private static final class Containers implements Subject {
        private final FakeDocker docker = new FakeDocker();
        private final ControlThreads threads = ControlThreads.create();
        private final URI uri = URI.create("docker://" + docker.address() + "/?label=app=site&poll=1s");
        private final DockerDiscoveryFactory factory = new DockerDiscoveryFactory(Watched.NOWHERE);
        private final Discovery discovery =
                factory.open(factory.shared(uri), new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        private boolean malformed;

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
            docker.fail(null);
            List<FakeContainer> containers = new ArrayList<>();
            for (Endpoint endpoint : endpoints) {
                containers.add(FakeContainer.named("c" + endpoint.port())
                        .label("app", "site")
                        .label("penstock.weight", String.valueOf(endpoint.weight()))
                        .network("bridge", endpoint.host())
                        .exposed(endpoint.port()));
            }
            if (malformed) {
                containers.add(malformedContainer());
            }
            docker.replace(containers);
        }

        private static FakeContainer malformedContainer() {
            return FakeContainer.named("broken")
                    .label("app", "site")
                    .raw("Ports", new com.fasterxml.jackson.databind.node.TextNode("none"));
        }

        @Override
        public void fail(String problem) {
            docker.fail(problem);
        }

        @Override
        public boolean addMalformed() {
            malformed = true;
            docker.start(malformedContainer());
            return true;
        }

        @Override
        public void close() {
            discovery.close();
            threads.close();
            docker.close();
        }
    }
}
