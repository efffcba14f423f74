package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A source opened by its URI, with one watch whose states are kept. Thread-safe. */
final class Opened implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final ControlThreads threads = ControlThreads.create();
    private final List<ServiceState> states = new CopyOnWriteArrayList<>();
    private final Discovery discovery;
    private final Watch watch;

    private Opened(DiscoveryFactory factory, URI uri) {
        discovery =
                factory.open(factory.shared(uri), new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        watch = discovery.watch(factory.query(ServiceName.of("orders"), uri), states::add);
    }

    static Opened of(String uri) {
        return of(uri, Map.of());
    }

    static Opened of(String uri, Map<String, String> variables) {
        URI parsed = URI.create(uri);
        return new Opened(
                parsed.getScheme().equals("consul") ? new ConsulFactory(variables) : new ConsulKvFactory(variables),
                parsed);
    }

    List<ServiceState> states() {
        return states;
    }

    ServiceState current() {
        return watch.current();
    }

    Watch watch() {
        return watch;
    }

    Discovery discovery() {
        return discovery;
    }

    List<Endpoint> endpoints() {
        return watch.current().endpoints();
    }

    void awaitReady(String... addresses) {
        eventually(LIMIT, () -> {
            assertThat(current()).isInstanceOf(ServiceState.Ready.class);
            assertThat(endpoints()).extracting(Endpoint::address).containsExactlyInAnyOrder(addresses);
        });
    }

    void await(Class<? extends ServiceState> state) {
        eventually(LIMIT, () -> assertThat(current()).isInstanceOf(state));
    }

    @Override
    public void close() {
        discovery.close();
        threads.close();
    }
}
