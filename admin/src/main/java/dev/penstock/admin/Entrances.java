package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.Table;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Route;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** By which listeners requests come to each service, so at which port and by which protocol. Immutable. */
final class Entrances {
    private final Map<ServiceName, Map<String, ListenerSpec>> byService = new HashMap<>();
    private final ProgramFacts facts;

    Entrances(Table table, ProgramFacts facts) {
        this.facts = facts;
        Map<String, ListenerSpec> byName = new LinkedHashMap<>();
        table.listeners().forEach(listener -> byName.put(listener.name(), listener));
        List<ListenerSpec> open =
                byName.values().stream().filter(Entrances::isForAllRoutes).toList();
        for (Route route : table.routes()) {
            Set<String> named = route.match().listeners();
            Collection<ListenerSpec> by = named.isEmpty()
                    ? open
                    : byName.values().stream()
                            .filter(listener -> named.contains(listener.name()))
                            .toList();
            for (ServiceName service : table.reached(route)) {
                Map<String, ListenerSpec> known = byService.computeIfAbsent(service, name -> new LinkedHashMap<>());
                by.forEach(listener -> known.put(listener.name(), listener));
            }
        }
    }

    /** Whether routes are for it that do not name it. */
    private static boolean isForAllRoutes(ListenerSpec listener) {
        return listener.protocol().isHttp() && !listener.apart();
    }

    void write(JsonGenerator out, ServiceName service) throws IOException {
        out.writeArrayFieldStart("listeners");
        for (ListenerSpec listener : byService.getOrDefault(service, Map.of()).values()) {
            ListenerFacts bound = facts.listeners().get(listener.name());
            String address = bound == null ? listener.address() : bound.address();
            out.writeStartObject();
            out.writeStringField("name", listener.name());
            out.writeStringField("address", address);
            out.writeNumberField("port", Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
            out.writeStringField("protocol", listener.protocol().token());
            out.writeBooleanField("tls", listener.tls() != null);
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
