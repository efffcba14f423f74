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
 * @param service what comes in goes there
 */
public record ServicePort(int port, Protocol protocol, ServiceSpec service) {
    /** Checks the port. */
    public ServicePort {
        requireNonNull(protocol, "protocol");
        requireNonNull(service, "service");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1..65535)");
        }
    }

    /**
     * What its listener is called, in every catalog alike, so that of two which claim one port the earlier has it.
     *
     * @return as in {@code 1234/tcp}
     */
    public String name() {
        return port + (protocol.isOverTcp() ? "/tcp" : "/udp");
    }

    ListenerSpec listener(String host) {
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return ListenerSpec.of(name(), bracketed + ":" + port)
                .withProtocol(protocol)
                .withProvenance(service.provenance());
    }

    RouteSpec route() {
        var here = Match.ALL.withListeners(Set.of(name()));
        return new RouteSpec(new Route(service.name().value(), here, 0, service.name()), service.provenance());
    }
}
