package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.route.Match;
import dev.penstock.route.Route;
import java.util.Set;

/**
 * A port of this machine that leads to one discovered service. Immutable. Made for authors of catalogs, see
 * {@link ServicePorts}.
 *
 * @param port {@code 1..65535}
 * @param protocol what it takes what comes in for
 * @param service what comes in goes there; of a name that no other port's has
 * @param vhost what it is called below the domain of virtual hosts, as in {@code web} or {@code web.shop}; ports that belong
 *     together have one name. Empty: nothing
 */
public record ServicePort(int port, Protocol protocol, ServiceSpec service, String vhost) {
    /** Checks the port. */
    public ServicePort {
        requireNonNull(protocol, "protocol");
        requireNonNull(service, "service");
        requireNonNull(vhost, "vhost");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1..65535)");
        }
    }

    /**
     * A port whose virtual host is called as its service.
     *
     * @param port see {@link #port()}
     * @param protocol see {@link #protocol()}
     * @param service see {@link #service()}
     */
    public ServicePort(int port, Protocol protocol, ServiceSpec service) {
        this(port, protocol, service, service.name().value());
    }

    /**
     * What its listener is called where it is opened at all addresses; at one, that comes first, as in {@code
     * 10.0.0.9:1234/tcp}. It is called so in every catalog, so that of two which claim one port the earlier has it.
     *
     * @return as in {@code 1234/tcp}
     */
    public String name() {
        return port + (protocol.isOverTcp() ? "/tcp" : "/udp");
    }

    ListenerSpec listener(String host) {
        return listener(host, port, name())
                .withProtocol(protocol)
                .withApart(true)
                .withProvenance(service.provenance());
    }

    /** One whose name no other has that can be opened beside it. */
    static ListenerSpec listener(String host, int port, String name) {
        String at = host.indexOf(':') >= 0 ? "[" + host + "]:" : host + ":";
        return ListenerSpec.of((host.isEmpty() ? "" : at) + name, host, port);
    }

    RouteSpec route(String host) {
        var here = Match.ALL.withListeners(Set.of(listener(host).name()));
        return new RouteSpec(new Route(service.name().value(), here, 0, service.name()), service.provenance());
    }
}
