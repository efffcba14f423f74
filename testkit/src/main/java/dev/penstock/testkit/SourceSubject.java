package dev.penstock.testkit;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.util.List;

/**
 * A subject of {@link DiscoveryContract} for a source that is opened by URI and asks a server that the test controls.
 * Thread-safe.
 */
public abstract class SourceSubject implements DiscoveryContract.Subject {
    private final ControlThreads threads = ControlThreads.create();
    private final ServiceQuery query;
    private final Discovery discovery;
    private List<Endpoint> served = List.of();
    private boolean malformed;

    /**
     * Opens the source, as the configuration does.
     *
     * @param factory of its scheme
     * @param uri names the server and the service
     */
    protected SourceSubject(DiscoveryFactory factory, String uri) {
        URI parsed = URI.create(uri);
        query = factory.query(ServiceName.of("orders"), parsed);
        discovery = factory.open(
                factory.shared(parsed), new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
    }

    /**
     * Has the server hold these and nothing else, and answer if it failed before.
     *
     * @param endpoints to be found
     * @param odd whether there is an entry that cannot be read beside them
     */
    protected abstract void put(List<Endpoint> endpoints, boolean odd);

    /** Ends the server. */
    protected abstract void end();

    @Override
    public final Discovery discovery() {
        return discovery;
    }

    @Override
    public final ServiceQuery query() {
        return query;
    }

    @Override
    public final synchronized void serve(List<Endpoint> endpoints) {
        served = List.copyOf(endpoints);
        put(served, malformed);
    }

    @Override
    public final synchronized boolean addMalformed() {
        malformed = true;
        put(served, true);
        return true;
    }

    @Override
    public final void close() {
        discovery.close();
        threads.close();
        end();
    }
}
