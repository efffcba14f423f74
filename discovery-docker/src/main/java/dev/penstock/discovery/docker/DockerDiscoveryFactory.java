package dev.penstock.discovery.docker;

import dev.penstock.discovery.AskedDiscovery;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.SharedParts;
import dev.penstock.discovery.UriOptions;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds endpoints among containers, by URIs such as {@code docker:///?label=app=shop} (the daemon that Docker's own client
 * would talk to), {@code docker:///run/docker.sock?service=shop} or {@code docker://10.0.0.2:2376?tls=true&label=app=shop}.
 * Immutable.
 *
 * <p>Options stand in the query of the URI; {@code docs/discovery-docker.md} lists them.
 */
public final class DockerDiscoveryFactory implements DiscoveryFactory {
    /** The largest answer of a daemon that is read. */
    static final int MAX_BYTES = 128 * 1024 * 1024;

    private final Environment environment;

    /** A factory that reads Docker's variables and settings of this process and its user. */
    public DockerDiscoveryFactory() {
        this(Environment.system());
    }

    DockerDiscoveryFactory(Environment environment) {
        this.environment = environment;
    }

    @Override
    public String scheme() {
        return DockerUri.SCHEME;
    }

    @Override
    public URI shared(URI uri) {
        UriOptions options = UriOptions.of(uri, DockerUri.DISCOVERY);
        DockerUri.settings(uri, options, environment);
        return DockerUri.with(uri, options.values(), DaemonSettings.OPTIONS);
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        Map<String, String> options =
                new HashMap<>(UriOptions.of(uri, DockerUri.DISCOVERY).values());
        options.keySet().removeAll(DaemonSettings.OPTIONS);
        var query = new ServiceQuery(service, options.getOrDefault(Selection.SERVICE, ""), options);
        Selection.of(query);
        return query;
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        UriOptions options = UriOptions.of(shared, DaemonSettings.OPTIONS);
        return open(DockerUri.settings(shared, options, environment), environment, MAX_BYTES, context);
    }

    /** The services found at one daemon. */
    static Discovery open(DaemonSettings settings, Environment environment, int maxBytes, DiscoveryContext context) {
        SharedParts.Held<Daemon> held = Daemon.hold(settings, environment, maxBytes, context);
        return new AskedDiscovery<Snapshot>(
                held,
                query -> {
                    Selection selection = Selection.of(query);
                    return snapshot -> selection.listing(held.part().view(snapshot, selection.conventions()));
                },
                context);
    }
}
