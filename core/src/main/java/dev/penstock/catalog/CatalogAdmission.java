package dev.penstock.catalog;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.text.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which definitions of a catalog may take effect, looked at one by one: one that is wrong, or claims what it may not, is
 * left out with a reason and harms no other.
 */
public final class CatalogAdmission {
    /** The most routes, and the most services, that one catalog may define. */
    public static final int MAX_DEFINITIONS = 100_000;

    /**
     * The definitions of a catalog, sorted. Immutable.
     *
     * @param state those that may take effect
     * @param rejected what is wrong with each of the others
     */
    public record Admitted(CatalogState state, List<Problem> rejected) {
        /** Copies the list. */
        public Admitted {
            rejected = List.copyOf(rejected);
        }
    }

    private final String source;
    private final CatalogLimits limits;
    private final CatalogValidation.Known known;
    private final Function<ServiceSpec, List<Problem>> plugIns;
    private final List<Problem> rejected = new ArrayList<>();

    private CatalogAdmission(
            String source,
            CatalogLimits limits,
            CatalogValidation.Known known,
            Function<ServiceSpec, List<Problem>> plugIns) {
        this.source = source;
        this.limits = limits;
        this.known = known;
        this.plugIns = plugIns;
    }

    /**
     * Sorts definitions.
     *
     * @param state as the catalog told it
     * @param source what the catalog is called from now on, whatever it calls itself
     * @param limits what it may claim
     * @param known the schemes that its services may name; services and listeners in it mean nothing
     * @param plugIns what third parties have against a service
     * @return both kinds
     */
    public static Admitted admit(
            CatalogState state,
            String source,
            CatalogLimits limits,
            CatalogValidation.Known known,
            Function<ServiceSpec, List<Problem>> plugIns) {
        return new CatalogAdmission(source, limits, known, plugIns).admit(state);
    }

    private Admitted admit(CatalogState state) {
        Map<ServiceName, ServiceSpec> services = new LinkedHashMap<>();
        Set<String> told = new LinkedHashSet<>();
        bounded("services", state.services()).forEach(spec -> {
            told.add(spec.name().value());
            service(spec, services);
        });
        Map<String, RouteSpec> routes = new LinkedHashMap<>();
        bounded("routes", state.routes()).forEach(spec -> route(spec, services, told, routes));
        Map<String, ListenerSpec> listeners = new LinkedHashMap<>();
        bounded("listeners", state.listeners()).forEach(spec -> {
            if (listeners.putIfAbsent(spec.name(), from(spec)) != null) {
                reject("listener " + spec.name(), "given twice (expected: a name given once)");
            }
        });
        return new Admitted(
                new CatalogState(
                        source,
                        List.copyOf(listeners.values()),
                        List.copyOf(routes.values()),
                        List.copyOf(services.values())),
                rejected);
    }

    private <T> Stream<T> bounded(String what, List<T> specs) {
        if (specs.size() > MAX_DEFINITIONS) {
            reject(what, specs.size() + " (expected: at most " + MAX_DEFINITIONS + "); the others are left out");
        }
        return specs.stream().limit(MAX_DEFINITIONS);
    }

    private void service(ServiceSpec spec, Map<ServiceName, ServiceSpec> services) {
        List<Problem> problems = new ArrayList<>(
                CatalogValidation.problems(new CatalogState(source, List.of(), List.of(), List.of(spec)), known));
        problems.addAll(plugIns.apply(spec));
        if (!problems.isEmpty()) {
            rejected.addAll(problems);
        } else if (services.putIfAbsent(spec.name(), from(spec)) != null) {
            reject("service " + spec.name(), "given twice (expected: a name given once)");
        }
    }

    private void route(
            RouteSpec spec, Map<ServiceName, ServiceSpec> services, Set<String> told, Map<String, RouteSpec> routes) {
        String what = "route " + spec.route().name();
        ServiceName service = spec.route().service();
        if (!limits.allow(spec.route().match().host())) {
            reject(
                    what,
                    "host \"" + spec.route().match().host().text() + "\" (expected: within allowHosts, " + limits.text()
                            + ")");
        } else if (!services.containsKey(service)) {
            reject(
                    what,
                    told.contains(service.value())
                            ? "left out with its service \"" + service + "\""
                            : "service " + Suggestion.unknown(service.value(), told));
        } else if (routes.containsKey(spec.route().name())) {
            reject(what, "given twice (expected: a name given once)");
        } else {
            routes.put(spec.route().name(), new RouteSpec(spec.route(), spec.middleware(), from(spec.provenance())));
        }
    }

    private void reject(String what, String why) {
        rejected.add(new Problem(what, why));
    }

    private Provenance from(Provenance provenance) {
        return new Provenance(source, provenance.place());
    }

    private ServiceSpec from(ServiceSpec spec) {
        return spec.withProvenance(from(spec.provenance()));
    }

    private ListenerSpec from(ListenerSpec spec) {
        return spec.withProvenance(from(spec.provenance()));
    }
}
