package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.penstock.catalog.Catalog;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.testkit.CatalogContract;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

class DockerCatalogContractTest extends CatalogContract {
    @Override
    protected Subject open() {
        return new Containers();
    }

    /** One container for each host. */
    private static final class Containers implements Subject {
        private final FakeDocker docker = new FakeDocker();
        private final ControlThreads threads = ControlThreads.create();
        private final Catalog catalog = new DockerCatalogFactory(Watched.NOWHERE)
                .open(
                        URI.create("docker://" + docker.address() + "/?poll=1s"),
                        new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        private boolean malformed;

        @Override
        public Catalog catalog() {
            return catalog;
        }

        @Override
        public void serve(Set<String> hosts) {
            docker.fail(null);
            List<FakeContainer> containers = new ArrayList<>();
            for (String host : new TreeSet<>(hosts)) {
                containers.add(FakeContainer.named("c-" + host.replace('.', '-'))
                        .label("penstock.host", host)
                        .network("bridge", "10.0.0.1")
                        .exposed(80));
            }
            if (malformed) {
                containers.add(malformedContainer());
            }
            docker.replace(containers);
        }

        private static FakeContainer malformedContainer() {
            return FakeContainer.named("broken")
                    .label("penstock.host", "broken.example.com")
                    .raw("Ports", new TextNode("none"));
        }

        @Override
        public void fail() {
            docker.fail("out of order");
        }

        @Override
        public boolean addMalformed() {
            malformed = true;
            docker.start(malformedContainer());
            return true;
        }

        @Override
        public void close() {
            catalog.close();
            threads.close();
            docker.close();
        }
    }
}
