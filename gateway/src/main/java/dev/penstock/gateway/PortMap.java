package dev.penstock.gateway;

import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.route.Match;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The definitions of a command without a file: ports of this machine, each for one service. Confined to one thread. */
final class PortMap {
    private final UnaryOperator<ListenerSpec> settings;
    private final Map<Integer, ListenerSpec> listeners = new LinkedHashMap<>();
    private final List<RouteSpec> routes = new ArrayList<>();
    private final Map<String, ServiceSpec> services = new LinkedHashMap<>();

    /** The operator adds to each listener what the flags say of all. */
    PortMap(UnaryOperator<ListenerSpec> settings) {
        this.settings = settings;
    }

    /** Reads a port; the words are those that hold it, for the message. */
    static int port(String what, String words, String port) {
        int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
        if (number < 1 || number > 65_535) {
            throw new IllegalArgumentException(
                    what + ": \"" + words + "\" (expected: ports in 1..65535, not \"" + port + "\")");
        }
        return number;
    }

    /** Leads a port to a service; the words are those that say so, for the message. */
    void add(String what, String words, int port, ServiceSpec service) {
        add(what, words, port, service, Protocol.HTTP);
    }

    /** The same for what is spoken at the port. */
    void add(String what, String words, int port, ServiceSpec service, Protocol protocol) {
        ListenerSpec listener =
                open(what, words, port, ListenerSpec.of(":" + port).withProtocol(protocol));
        routes.add(RouteSpec.of(
                Match.ALL.withListeners(Set.of(listener.name())), service.name().value()));
        services.put(service.name().value(), service);
    }

    /** Opens a port, 0 for any free one, for what a catalog claims. */
    void add(String name, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
        open("port", String.valueOf(port), port, ListenerSpec.of(name, "0.0.0.0:" + port));
    }

    private ListenerSpec open(String what, String words, int port, ListenerSpec bare) {
        ListenerSpec listener = settings.apply(bare);
        if (listeners.putIfAbsent(port, listener) != null) {
            throw new IllegalArgumentException(what + ": \"" + words + "\" (expected: each external port once)");
        }
        return listener;
    }

    CatalogState catalog() {
        return new CatalogState(
                "command line", List.copyOf(listeners.values()), routes, List.copyOf(services.values()));
    }
}
