package dev.penstock.runtime;

import dev.penstock.Penstock;
import dev.penstock.Table;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.observe.Event;
import dev.penstock.observe.Observer;
import dev.penstock.route.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log which services come, go and change, whoever defines them, with their listeners and endpoints: a line each,
 * for the first {@value #MOST} of one change. Thread-safe: tables are told one after the other.
 */
final class ChangeLog implements Observer {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeLog.class);
    private static final int MOST = 20;

    private volatile @Nullable Penstock penstock;
    private @Nullable Map<String, ServiceSpec> known;

    /** Begins; what is in effect now is no change. */
    void follow(Penstock penstock) {
        this.penstock = penstock;
        penstock.onApplied(this::applied); // ends with the Penstock
    }

    private void applied(Table table) {
        Map<String, ServiceSpec> now = new LinkedHashMap<>();
        table.services().forEach(service -> now.put(service.spec().name().value(), service.spec()));
        Map<String, ServiceSpec> before = known;
        known = now;
        if (before != null) {
            tell(table, before, now);
        }
    }

    private static void tell(Table table, Map<String, ServiceSpec> before, Map<String, ServiceSpec> now) {
        List<ServiceSpec> different = new ArrayList<>();
        now.forEach((name, spec) -> {
            ServiceSpec old = before.get(name);
            if (old == null || !isAlike(old, spec)) {
                different.add(spec);
            }
        });
        List<ServiceSpec> told = different.subList(0, Math.min(different.size(), MOST));
        Map<ServiceName, List<String>> listeners = listeners(table, told);
        for (ServiceSpec spec : told) {
            String what = before.containsKey(spec.name().value()) ? "changed" : "added";
            LOG.info(
                    "service {} is {}: {}",
                    spec.name(),
                    what,
                    described(listeners.getOrDefault(spec.name(), List.of()), spec));
        }
        List<String> gone =
                before.keySet().stream().filter(name -> !now.containsKey(name)).toList();
        gone.stream().limit(MOST - told.size()).forEach(name -> LOG.info("service {} is removed", name));
        int more = different.size() + gone.size() - MOST;
        if (more > 0) {
            LOG.info("{} more services are added, changed or removed", more);
        }
    }

    private static boolean isAlike(ServiceSpec one, ServiceSpec other) {
        return one.equals(other) || one.withProvenance(Provenance.CODE).equals(other.withProvenance(Provenance.CODE));
    }

    /** The addresses by which some services are reached, in the order of the listeners; by one look at each route. */
    private static Map<ServiceName, List<String>> listeners(Table table, List<ServiceSpec> services) {
        Map<ServiceName, Set<String>> found = new HashMap<>(); // names, since addresses may be alike
        services.forEach(spec -> found.put(spec.name(), new HashSet<>()));
        for (Route route : found.isEmpty() ? List.<Route>of() : table.routes()) {
            for (ServiceName name : table.reached(route)) {
                Set<String> listeners = found.get(name);
                if (listeners != null && listeners.size() < table.listeners().size()) {
                    table.listeners().stream()
                            .filter(listener -> listener.isFor(route))
                            .forEach(listener -> listeners.add(listener.name()));
                }
            }
        }
        Map<ServiceName, List<String>> addresses = new HashMap<>();
        found.forEach((name, listeners) -> addresses.put(
                name,
                table.listeners().stream()
                        .filter(listener -> listeners.contains(listener.name()))
                        .map(ListenerSpec::address)
                        .toList()));
        return addresses;
    }

    private static String described(List<String> listeners, ServiceSpec spec) {
        return "listeners " + named(listeners) + ", endpoints " + named(addresses(spec.endpoints()))
                + (spec.discover().isEmpty() ? "" : " and those that are discovered");
    }

    /** Endpoints that are found; those that are listed change with their service. */
    @Override
    public void on(Event event) {
        Penstock running = penstock;
        if (running == null || !(event instanceof Event.EndpointsChanged changed)) {
            return;
        }
        boolean found = running.table()
                .service(changed.service())
                .filter(service -> !service.spec().discover().isEmpty())
                .isPresent();
        if (found) {
            List<String> parts = new ArrayList<>();
            add(parts, "added ", changed.added());
            add(parts, "removed ", changed.removed());
            add(parts, "changed ", changed.changed());
            LOG.info("service {}: endpoints {}", changed.service(), String.join("; ", parts));
        }
    }

    private static void add(List<String> parts, String how, List<Endpoint> endpoints) {
        if (!endpoints.isEmpty()) {
            parts.add(how + named(addresses(endpoints)));
        }
    }

    private static List<String> addresses(List<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::address).toList();
    }

    /** The first of them. */
    static String named(List<String> names) {
        int more = names.size() - MOST;
        String some = String.join(", ", names.subList(0, Math.min(names.size(), MOST)));
        return names.isEmpty() ? "none" : some + (more > 0 ? " and " + more + " more" : "");
    }
}
