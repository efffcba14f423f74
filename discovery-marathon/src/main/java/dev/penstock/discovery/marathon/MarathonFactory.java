package dev.penstock.discovery.marathon;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.AskedDiscovery;
import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.Map;

/**
 * Tasks of an app, {@code marathon://host:8080,host2:8080/product/system/service?index=0}, or of all apps with a service
 * port, {@code marathon://host:8080?servicePort=1234}. Thread-safe.
 *
 * <p>Without a host, {@code 127.0.0.1:8080}. Options: {@code index}, {@code port}, {@code servicePort}, {@code udp}, {@code hideHost}; of the
 * source {@code tls}, {@code ca}, {@code cert}, {@code key}, {@code passwordFile}, {@code passwordEnv}, {@code tokenFile},
 * {@code tokenEnv}, {@code interval}, {@code silence}, {@code callback}, {@code emptyGuard}, {@code shrinkGuard}.
 */
public final class MarathonFactory implements DiscoveryFactory {
    private final Map<String, String> variables;

    /** With the variables of the process's environment. */
    public MarathonFactory() {
        this(System.getenv());
    }

    /**
     * With variables of one's own.
     *
     * @param variables read instead of the environment
     */
    public MarathonFactory(Map<String, String> variables) {
        this.variables = Map.copyOf(requireNonNull(variables, "variables"));
    }

    @Override
    public String scheme() {
        return MarathonUri.SCHEME;
    }

    @Override
    public URI shared(URI uri) {
        ClusterUri parsed = MarathonUri.of(uri, Selection.OPTIONS);
        MarathonSource.of(parsed, variables); // what makes no sense is said here
        return parsed.shared();
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        ClusterUri parsed = MarathonUri.of(uri, Selection.OPTIONS);
        var query = new ServiceQuery(service, parsed.path(), parsed.queryOptions());
        Selection.of(query);
        return query;
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        return new AskedDiscovery<Snapshot>(
                Cluster.hold(shared, variables, context), query -> Selection.of(query)::listing, context);
    }
}
