package dev.penstock.discovery.etcd;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
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

    private Opened(URI uri, Map<String, String> variables) {
        var factory = new EtcdFactory(variables);
        discovery =
                factory.open(factory.shared(uri), new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        watch = discovery.watch(factory.query(ServiceName.of("web"), uri), states::add);
    }

    static Opened of(String uri) {
        return of(uri, Map.of());
    }

    static Opened of(String uri, Map<String, String> variables) {
        return new Opened(URI.create(uri), variables);
    }

    String problem() {
        ServiceState state = current();
        return state instanceof ServiceState.Failed failed
                ? failed.problem()
                : state instanceof ServiceState.Stale stale ? stale.problem() : "";
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
