package dev.penstock.testkit;

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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A source with threads of its own and one watch whose states are kept. Thread-safe. */
public final class OpenedSource implements AutoCloseable {
    /** How long what is awaited may take; generous. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private final ControlThreads threads = ControlThreads.create();
    private final List<ServiceState> states = new CopyOnWriteArrayList<>();
    private final Discovery discovery;
    private final Watch watch;

    private OpenedSource(Function<DiscoveryContext, Discovery> opening, ServiceQuery query) {
        discovery = opening.apply(new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        watch = discovery.watch(query, states::add);
    }

    /**
     * Opens a source as the configuration does.
     *
     * @param factory of its scheme
     * @param service the name it is watched for
     * @param uri names both the source and the query
     * @return to be closed by the test
     */
    public static OpenedSource of(DiscoveryFactory factory, String service, String uri) {
        URI parsed = URI.create(uri);
        return of(
                context -> factory.open(factory.shared(parsed), context),
                factory.query(ServiceName.of(service), parsed));
    }

    /**
     * Opens a source by code.
     *
     * @param opening makes it
     * @param query is watched
     * @return to be closed by the test
     */
    public static OpenedSource of(Function<DiscoveryContext, Discovery> opening, ServiceQuery query) {
        return new OpenedSource(opening, query);
    }

    /**
     * The source.
     *
     * @return always the same
     */
    public Discovery discovery() {
        return discovery;
    }

    /**
     * The watch.
     *
     * @return always the same
     */
    public Watch watch() {
        return watch;
    }

    /**
     * Everything that was told.
     *
     * @return in order; grows
     */
    public List<ServiceState> states() {
        return states;
    }

    /**
     * The state now.
     *
     * @return of the watch
     */
    public ServiceState current() {
        return watch.current();
    }

    /**
     * The endpoints now.
     *
     * @return those in use, stale or not
     */
    public List<Endpoint> endpoints() {
        return current().endpoints();
    }

    /**
     * Why the source cannot be read now.
     *
     * @return empty if it can
     */
    public String problem() {
        ServiceState state = current();
        return state instanceof ServiceState.Failed failed
                ? failed.problem()
                : state instanceof ServiceState.Stale stale ? stale.problem() : "";
    }

    /**
     * Waits until these are served.
     *
     * @param addresses of all endpoints, in any order
     */
    public void awaitReady(String... addresses) {
        eventually(LIMIT, () -> {
            assertThat(current()).isInstanceOf(ServiceState.Ready.class);
            assertThat(endpoints()).extracting(Endpoint::address).containsExactlyInAnyOrder(addresses);
        });
    }

    /**
     * Waits for a state.
     *
     * @param state of which kind
     */
    public void await(Class<? extends ServiceState> state) {
        eventually(LIMIT, () -> assertThat(current()).isInstanceOf(state));
    }

    @Override
    public void close() {
        discovery.close();
        threads.close();
    }
}
