package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.List;

/** A daemon of made-up containers, one of which may make no sense, and threads for what follows it. */
final class FakeContainers implements AutoCloseable {
    private final FakeDocker docker = new FakeDocker();
    private final ControlThreads threads = ControlThreads.create();
    private boolean malformed;

    String address() {
        return docker.address();
    }

    DiscoveryContext context() {
        return new DiscoveryContext(Ticker.system(), threads, Randomness.system());
    }

    /** Has these, and the senseless one if it was added. */
    void serve(List<FakeContainer> containers) {
        docker.fail(null);
        List<FakeContainer> all = new ArrayList<>(containers);
        if (malformed) {
            all.add(malformed());
        }
        docker.replace(all);
    }

    /** Adds a container whose ports are no list. */
    boolean addMalformed() {
        malformed = true;
        docker.start(malformed());
        return true;
    }

    private static FakeContainer malformed() {
        return FakeContainer.named("broken")
                .label("app", "site")
                .label("penstock.host", "broken.example.com")
                .raw("Ports", new TextNode("none"));
    }

    void fail(String problem) {
        docker.fail(problem);
    }

    @Override
    public void close() {
        threads.close();
        docker.close();
    }
}
