package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
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
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A source opened by its URI, with one watch whose states are kept. Thread-safe. */
final class Opened implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final ControlThreads threads = ControlThreads.create();
    private final List<ServiceState> states = new CopyOnWriteArrayList<>();
    private final Discovery discovery;
    private final Watch watch;

    private Opened(Function<DiscoveryContext, Discovery> opening, ServiceQuery query) {
        discovery = opening.apply(new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        watch = discovery.watch(query, states::add);
    }

    static Opened of(String uri) {
        return of(uri, Map.of());
    }

    static Opened of(String uri, Map<String, String> variables) {
        URI parsed = URI.create(uri);
        DiscoveryFactory factory =
                parsed.getScheme().equals("consul") ? new ConsulFactory(variables) : new ConsulKvFactory(variables);
        return new Opened(
                context -> factory.open(factory.shared(parsed), context),
                factory.query(ServiceName.of("orders"), parsed));
    }

    /** A source that takes no more than that of its agent. */
    static Opened of(String uri, Limits limits) {
        URI parsed = URI.create(uri);
        var factory = new ConsulFactory(Map.of());
        ConsulSource source = ConsulSource.of(ConsulUri.of(factory.shared(parsed), Set.of(), Map.of()), Map.of());
        return new Opened(
                context -> ConsulDiscovery.services(source.withLimits(limits), context),
                factory.query(ServiceName.of("orders"), parsed));
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
