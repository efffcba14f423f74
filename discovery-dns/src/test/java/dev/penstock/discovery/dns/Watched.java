package dev.penstock.discovery.dns;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A source opened by URI, with watches of what it finds. */
final class Watched implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);

    private final ControlThreads threads = ControlThreads.create();
    private final DnsDiscoveryFactory factory;
    private final Discovery discovery;
    private final List<Watch> watches = new ArrayList<>();

    private Watched(DnsDiscoveryFactory factory, String uri) {
        this.factory = factory;
        discovery = factory.open(
                factory.shared(URI.create(uri)), new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        add(uri);
    }

    static Watched open(String uri) {
        return new Watched(new DnsDiscoveryFactory(), uri);
    }

    static Watched open(Path resolvConf, String uri) {
        return new Watched(new DnsDiscoveryFactory(resolvConf), uri);
    }

    /** Watches another service of the same source. */
    Watched add(String uri) {
        var name = ServiceName.of("service" + watches.size());
        watches.add(discovery.watch(factory.query(name, URI.create(uri)), state -> {}));
        return this;
    }

    Watch watch() {
        return watches.get(0);
    }

    ServiceState state() {
        return watch().current();
    }

    List<String> ids() {
        return state().endpoints().stream().map(Endpoint::id).toList();
    }

    /** How many services are found to have so many endpoints. */
    long readyWith(int endpoints) {
        return watches.stream()
                .filter(watch -> watch.current() instanceof ServiceState.Ready ready
                        && ready.endpoints().size() == endpoints)
                .count();
    }

    void awaitReady(String... ids) {
        eventually(SOON, () -> {
            assertThat(ids()).containsExactly(ids);
            assertThat(state()).isInstanceOf(ServiceState.Ready.class);
        });
    }

    void awaitAbsent() {
        eventually(SOON, () -> assertThat(state()).isInstanceOf(ServiceState.Absent.class));
    }

    /** The problem, once the state is stale or failed. */
    String awaitProblem() {
        eventually(
                SOON, () -> assertThat(state()).isInstanceOfAny(ServiceState.Stale.class, ServiceState.Failed.class));
        ServiceState state = state();
        return state instanceof ServiceState.Stale stale ? stale.problem() : ((ServiceState.Failed) state).problem();
    }

    Discovery discovery() {
        return discovery;
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        discovery.close();
        threads.close();
    }
}
