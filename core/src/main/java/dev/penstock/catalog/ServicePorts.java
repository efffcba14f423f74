package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.UriOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the definitions of service ports: for each a listener, a service, and a route from the one to the other, and for
 * all of them the virtual hosts, if wanted. Immutable.
 *
 * <p>Of two services of one catalog that claim the same port and transport the first by name has it; the other is left out
 * and reported.
 *
 * @param host where the ports are opened, an IP literal or a name; empty: all addresses of the machine
 * @param vhosts the port that leads to all of them by host; null: there is none
 */
public record ServicePorts(String host, @Nullable VirtualHosts vhosts) {
    /** The options of a catalog's URI that {@link #of} reads. */
    public static final Set<String> OPTIONS = Set.of("listen", "vhosts", "vhostPort");

    /** Checks the host. */
    public ServicePorts {
        requireNonNull(host, "host");
    }

    /**
     * Ports without virtual hosts.
     *
     * @param host see {@link #host()}
     */
    public ServicePorts(String host) {
        this(host, null);
    }

    /**
     * Reads the options {@link #OPTIONS}: {@code listen}, where the ports are opened; {@code vhosts}, the domain of virtual
     * hosts; {@code vhostPort}, their port, which is 80 unless given.
     *
     * @param options of a catalog's URI
     * @return what they say
     * @throws IllegalArgumentException if they are malformed
     */
    public static ServicePorts of(UriOptions options) {
        String host = options.text("listen").orElse("").replaceFirst("^\\[(.*)]$", "$1");
        String domain = options.text("vhosts").orElse("");
        int port = options.number("vhostPort", VirtualHosts.DEFAULT_PORT, 1, 65_535);
        if (!host.matches("[A-Za-z0-9.:%_-]*")) {
            throw new IllegalArgumentException(
                    "listen: \"" + host + "\" (expected: an address of this machine without a port)");
        }
        if (domain.isEmpty() && options.text("vhostPort").isPresent()) {
            throw new IllegalArgumentException("vhostPort: " + port + " (expected: beside vhosts)");
        }
        return new ServicePorts(host, domain.isEmpty() ? null : new VirtualHosts(domain, port));
    }

    /**
     * The definitions of these ports.
     *
     * @param ports in any order
     * @param skipped what else could not be used, one sentence each
     * @return the same for the same ports in whatever order
     */
    public CatalogReader.Found found(List<ServicePort> ports, List<String> skipped) {
        List<ServicePort> sorted = new ArrayList<>(ports);
        sorted.sort(Comparator.comparing((ServicePort each) -> each.service().name())
                .thenComparing(ServicePort::port)
                .thenComparing(ServicePort::name));
        List<String> problems = new ArrayList<>(skipped);
        Map<String, ServicePort> byName = new LinkedHashMap<>();
        for (ServicePort each : sorted) {
            String winner = winner(byName.get(each.name()), each);
            if (winner == null) {
                byName.put(each.name(), each);
            } else {
                problems.add("service " + each.service().name() + ": port " + each.name() + " (expected: one that "
                        + winner + " does not have)");
            }
        }
        List<ServicePort> kept = List.copyOf(byName.values());
        CatalogReader.Found found = CatalogReader.Found.of(
                        kept.stream().map(each -> each.route(host)).toList(),
                        kept.stream().map(ServicePort::service).toList(),
                        problems)
                .withListeners(kept.stream().map(each -> each.listener(host)).toList());
        return vhosts == null ? found : vhosts.addTo(found, kept, host);
    }

    /** Who has the port of another; null if nobody has. */
    private @Nullable String winner(@Nullable ServicePort known, ServicePort each) {
        if (known != null) {
            return "service " + known.service().name();
        }
        boolean ofVhosts = vhosts != null
                && vhosts.port() == each.port()
                && each.protocol().isOverTcp();
        return ofVhosts ? "virtual hosts" : null;
    }
}
