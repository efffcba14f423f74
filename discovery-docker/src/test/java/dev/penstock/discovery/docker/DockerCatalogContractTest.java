package dev.penstock.discovery.docker;

import dev.penstock.catalog.Catalog;
import dev.penstock.testkit.CatalogContract;
import java.net.URI;
import java.util.Set;

class DockerCatalogContractTest extends CatalogContract {
    @Override
    protected Subject open() {
        return new Containers();
    }

    /** One container for each host. */
    private static final class Containers implements Subject {
        private final FakeContainers containers = new FakeContainers();
        private final Catalog catalog = new DockerCatalogFactory(Watched.NOWHERE)
                .open(URI.create("docker://" + containers.address() + "/?poll=1s"), containers.context());

        @Override
        public Catalog catalog() {
            return catalog;
        }

        @Override
        public void serve(Set<String> hosts) {
            containers.serve(hosts.stream()
                    .sorted()
                    .map(host -> FakeContainer.named("c-" + host.replace('.', '-'))
                            .label("penstock.host", host)
                            .network("bridge", "10.0.0.1")
                            .exposed(80))
                    .toList());
        }

        @Override
        public void fail() {
            containers.fail("out of order");
        }

        @Override
        public boolean addMalformed() {
            return containers.addMalformed();
        }

        @Override
        public void close() {
            catalog.close();
            containers.close();
        }
    }
}
