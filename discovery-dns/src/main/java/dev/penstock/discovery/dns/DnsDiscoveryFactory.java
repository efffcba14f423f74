package dev.penstock.discovery.dns;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.UriOptions;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds endpoints in DNS, by URIs such as {@code dns:///site.internal:8080} (the system's nameservers), {@code
 * dns://10.0.0.2:53,10.0.0.3/site.internal:8080} or {@code dns:///_http._tcp.site.internal} (SRV records). Immutable.
 *
 * <p>Options stand in the query of the URI; {@code docs/discovery-dns.md} lists them.
 */
public final class DnsDiscoveryFactory implements DiscoveryFactory {
    /** Where the system says which nameservers to ask. */
    public static final Path SYSTEM_FILE = Path.of("/etc/resolv.conf");

    static final Set<String> OPTIONS =
            Stream.of(Lookup.OPTIONS, Where.OPTIONS).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());

    private final Path systemFile;

    /** A factory that reads {@link #SYSTEM_FILE}. */
    public DnsDiscoveryFactory() {
        this(SYSTEM_FILE);
    }

    /**
     * A factory that reads another resolver file where a URI names none.
     *
     * @param systemFile in the form of {@code resolv.conf}
     */
    public DnsDiscoveryFactory(Path systemFile) {
        this.systemFile = requireNonNull(systemFile, "systemFile");
    }

    @Override
    public String scheme() {
        return "dns";
    }

    @Override
    public URI shared(URI uri) {
        Where.of(uri, systemFile);
        return Where.shared(uri);
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        String path = uri.getPath();
        if (uri.isOpaque() || path == null || path.length() < 2 || path.indexOf('/', 1) >= 0) {
            throw new IllegalArgumentException("name: \"" + (path == null ? "" : path)
                    + "\" (expected: dns:///name:port or dns://nameserver/name:port)");
        }
        int colon = path.indexOf(':');
        Map<String, String> options = new HashMap<>(UriOptions.of(uri, OPTIONS).values());
        options.keySet().retainAll(Lookup.OPTIONS);
        if (colon >= 0) {
            options.put(Lookup.PORT, path.substring(colon + 1));
        }
        var query = new ServiceQuery(service, path.substring(1, colon < 0 ? path.length() : colon), options);
        Lookup.of(query);
        return query;
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        return new DnsDiscovery(Where.of(shared, systemFile), context);
    }
}
