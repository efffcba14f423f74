package dev.penstock.catalog;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.text.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which definitions of a catalog may take effect, looked at one by one: one that is wrong, or claims what it may not, is
 * left out with a reason and harms no other.
 */
public final class CatalogAdmission {
    /** The most listeners, the most routes, and the most services, that one catalog may define. */
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
    private final Map<String, ListenerSpec> listeners = new LinkedHashMap<>();
    private final Map<ServiceName, ServiceSpec> services = new LinkedHashMap<>();
    private final Map<String, RouteSpec> routes = new LinkedHashMap<>();
    private final Set<String> toldListeners = new LinkedHashSet<>();
    private final Set<String> toldServices = new LinkedHashSet<>();
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
        bounded("listeners", state.listeners()).forEach(this::listener);
        bounded("services", state.services()).forEach(this::service);
        bounded("routes", state.routes()).forEach(this::route);
        return new Admitted(
                new CatalogState(
                        source,
                        List.copyOf(listeners.values()),
                        List.copyOf(routes.values()),
                        List.copyOf(services.values())),
                rejected);
    }

    private void listener(ListenerSpec spec) {
        toldListeners.add(spec.name());
        List<Problem> problems =
                CatalogValidation.problems(new CatalogState(source, List.of(spec), List.of(), List.of()), known);
        if (!limits.allow(spec.port())) {
            reject(
                    "listener " + spec.name(),
                    "port " + spec.port() + " (expected: within allowPorts, " + limits.ports() + ")");
        } else if (!problems.isEmpty()) {
            problems.forEach(problem -> reject("listener " + spec.name(), problem.message()));
        } else if (listeners.putIfAbsent(spec.name(), from(spec)) != null) {
            reject("listener " + spec.name(), "given twice (expected: a name given once)");
        }
    }

    private <T> Stream<T> bounded(String what, List<T> specs) {
        if (specs.size() > MAX_DEFINITIONS) {
            reject(what, specs.size() + " (expected: at most " + MAX_DEFINITIONS + "); the others are left out");
        }
        return specs.stream().limit(MAX_DEFINITIONS);
    }

    private void service(ServiceSpec spec) {
        toldServices.add(spec.name().value());
        List<Problem> problems = new ArrayList<>(
                CatalogValidation.problems(new CatalogState(source, List.of(), List.of(), List.of(spec)), known));
        problems.addAll(plugIns.apply(spec));
        if (!problems.isEmpty()) {
            rejected.addAll(problems);
        } else if (services.putIfAbsent(spec.name(), from(spec)) != null) {
            reject("service " + spec.name(), "given twice (expected: a name given once)");
        }
    }

    private void route(RouteSpec spec) {
        String what = "route " + spec.route().name();
        ServiceName service = spec.route().service();
        Set<String> named = spec.route().match().listeners();
        String lost = named.stream()
                .filter(name -> toldListeners.contains(name) && !listeners.containsKey(name))
                .findFirst()
                .orElse(null);
        if (lost != null) {
            reject(what, "left out with its listener \"" + lost + "\"");
        } else if (!allows(spec.route().match())) {
            reject(
                    what,
                    "host \"" + spec.route().match().host().text() + "\" (expected: within allowHosts, "
                            + limits.hosts() + ")");
        } else if (!services.containsKey(service)) {
            reject(
                    what,
                    toldServices.contains(service.value())
                            ? "left out with its service \"" + service + "\""
                            : "service " + Suggestion.unknown(service.value(), toldServices));
        } else if (routes.containsKey(spec.route().name())) {
            reject(what, "given twice (expected: a name given once)");
        } else if (fits(what, spec, services.get(service))) {
            routes.put(spec.route().name(), new RouteSpec(spec.route(), spec.middleware(), from(spec.provenance())));
        }
    }

    /** All hosts of listeners of its own are nobody else's. */
    private boolean allows(Match match) {
        boolean own = !match.listeners().isEmpty() && listeners.keySet().containsAll(match.listeners());
        return limits.allow(match.host()) || (own && match.host() instanceof HostMatch.Any);
    }

    /** Tells whether a route goes by nothing that its listeners do not have. */
    private boolean fits(String what, RouteSpec spec, ServiceSpec service) {
        List<ListenerSpec> own = spec.route().match().listeners().stream()
                .map(listeners::get)
                .filter(Objects::nonNull)
                .toList();
        List<Problem> problems =
                CatalogValidation.connections(what, new CatalogState(source, own, List.of(spec), List.of(service)));
        rejected.addAll(problems);
        return problems.isEmpty();
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
