package dev.penstock.catalog;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.text.Suggestion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which definitions of one catalog may take effect, looked at one by one: one that is wrong, or claims what it may not, is
 * left out with a reason and harms no other. Remembers what passed, so that a catalog which tells a thousand services for
 * the sake of one costs that one. Confined to one caller at a time.
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
    private final CatalogValidation.Known known;
    private final Function<ServiceSpec, List<Problem>> plugIns;
    private final Remembered<ListenerSpec> passedListeners = new Remembered<>();
    private final Remembered<ServiceSpec> passedServices = new Remembered<>();
    private final Remembered<RouteSpec> passedRoutes = new Remembered<>();
    private CatalogLimits lastLimits = CatalogLimits.none();
    private CatalogState lastTold = new CatalogState("", List.of(), List.of(), List.of());
    private Admitted lastAdmitted = new Admitted(lastTold, List.of());

    /**
     * Admission of what one catalog tells.
     *
     * @param source what the catalog is called, whatever it calls itself
     * @param known the schemes that its services may name; services and listeners in it mean nothing
     * @param plugIns what third parties have against a service; asked once for equal ones that come one after the other
     */
    public CatalogAdmission(
            String source, CatalogValidation.Known known, Function<ServiceSpec, List<Problem>> plugIns) {
        this.source = source;
        this.known = known;
        this.plugIns = plugIns;
    }

    /**
     * Sorts definitions.
     *
     * @param state as the catalog told it
     * @param limits what it may claim
     * @return both kinds
     */
    public Admitted admit(CatalogState state, CatalogLimits limits) {
        Admitted admitted = limits.equals(lastLimits) ? withOtherServices(state) : null;
        if (admitted == null) {
            admitted = new Round(limits).admit(state);
            List.of(passedListeners, passedServices, passedRoutes).forEach(Remembered::turn);
        }
        lastLimits = limits;
        lastTold = state;
        lastAdmitted = admitted;
        return admitted;
    }

    /**
     * The short way for the change that most are: all is as it was and as it should be, but for what some services have
     * themselves. Null if there is more to it.
     */
    private @Nullable Admitted withOtherServices(CatalogState state) {
        if (!lastAdmitted.rejected().isEmpty()
                || state.services().size() != lastTold.services().size()
                || !state.listeners().equals(lastTold.listeners())
                || !state.routes().equals(lastTold.routes())) {
            return null;
        }
        CatalogState admitted = lastAdmitted.state();
        List<ServiceSpec> services = new ArrayList<>(admitted.services());
        for (int i = 0; i < services.size(); i++) {
            ServiceSpec before = lastTold.services().get(i);
            ServiceSpec spec = state.services().get(i);
            if (!before.equals(spec)) {
                if (!isCalledAlike(before, spec) || !problems(spec).isEmpty()) {
                    return null;
                }
                services.set(i, from(spec));
            }
        }
        return new Admitted(new CatalogState(source, admitted.listeners(), admitted.routes(), services), List.of());
    }

    /** Nothing else of a service is anything to its routes, or to services that it stands in for. */
    private static boolean isCalledAlike(ServiceSpec one, ServiceSpec other) {
        return one.name().equals(other.name())
                && Objects.equals(one.fallback(), other.fallback())
                && Objects.equals(one.tls(), other.tls())
                && one.proxyProtocol() == other.proxyProtocol();
    }

    /** By itself; whether what stands in for it is there is another question. */
    private List<Problem> problems(ServiceSpec spec) {
        Fallback fallback = spec.fallback();
        var alone = fallback == null
                ? known
                : new CatalogValidation.Known(
                        known.schemes(), Set.of(fallback.service().value()), known.listeners());
        List<Problem> problems = new ArrayList<>(
                CatalogValidation.problems(new CatalogState(source, List.of(), List.of(), List.of(spec)), alone));
        problems.addAll(plugIns.apply(spec));
        return problems;
    }

    private ServiceSpec from(ServiceSpec spec) {
        return spec.withProvenance(from(spec.provenance()));
    }

    private Provenance from(Provenance provenance) {
        return new Provenance(source, provenance.place());
    }

    /** One admission of all that is told. */
    private final class Round {
        private final CatalogLimits limits;
        private final Map<String, ListenerSpec> listeners = new LinkedHashMap<>();
        private final Map<ServiceName, ServiceSpec> services = new LinkedHashMap<>();
        private final Map<String, RouteSpec> routes = new LinkedHashMap<>();
        private final Set<String> toldListeners = new LinkedHashSet<>();
        private final Set<String> toldServices = new LinkedHashSet<>();
        private final List<Problem> rejected = new ArrayList<>();
        private final Map<String, Problem> loops = new HashMap<>();

        private Round(CatalogLimits limits) {
            this.limits = limits;
        }

        private Admitted admit(CatalogState state) {
            bounded("listeners", state.listeners()).forEach(this::listener);
            List<ServiceSpec> told = bounded("services", state.services()).toList();
            told.forEach(spec -> toldServices.add(spec.name().value()));
            FallbackLoops.problems(told, told).forEach(problem -> loops.put(problem.path(), problem));
            told.forEach(this::service);
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
            List<Object> beside = List.of(limits);
            ListenerSpec passed = passedListeners.again(spec.name(), spec, beside);
            if (passed == null && isSound(spec)) {
                passed =
                        passedListeners.passed(spec.name(), spec, beside, spec.withProvenance(from(spec.provenance())));
            }
            if (passed != null && listeners.putIfAbsent(spec.name(), passed) != null) {
                reject("listener " + spec.name(), "given twice (expected: a name given once)");
            }
        }

        private boolean isSound(ListenerSpec spec) {
            List<Problem> problems =
                    CatalogValidation.problems(new CatalogState(source, List.of(spec), List.of(), List.of()), known);
            if (!limits.allow(spec.port())) {
                reject(
                        "listener " + spec.name(),
                        "port " + spec.port() + " (expected: within allowPorts, " + limits.ports() + ")");
                return false;
            }
            problems.forEach(problem -> reject("listener " + spec.name(), problem.message()));
            return problems.isEmpty();
        }

        private <T> Stream<T> bounded(String what, List<T> specs) {
            if (specs.size() > MAX_DEFINITIONS) {
                reject(what, specs.size() + " (expected: at most " + MAX_DEFINITIONS + "); the others are left out");
            }
            return specs.stream().limit(MAX_DEFINITIONS);
        }

        private void service(ServiceSpec spec) {
            String name = spec.name().value();
            Problem fallback = fallbackProblem(spec);
            List<Object> beside = List.of(fallback == null);
            ServiceSpec passed = passedServices.again(name, spec, beside);
            if (passed == null && isSound(spec, fallback)) {
                passed = passedServices.passed(name, spec, beside, from(spec));
            }
            if (passed != null && services.putIfAbsent(spec.name(), passed) != null) {
                reject("service " + spec.name(), "given twice (expected: a name given once)");
            }
        }

        /** Only what the catalog tells itself may stand in for its services. */
        private @Nullable Problem fallbackProblem(ServiceSpec spec) {
            Fallback fallback = spec.fallback();
            if (fallback == null) {
                return null;
            }
            String path = "services." + spec.name() + ".fallback";
            String name = fallback.service().value();
            return toldServices.contains(name)
                    ? loops.get(path)
                    : new Problem(path + ".service", Suggestion.unknown(name, toldServices));
        }

        private boolean isSound(ServiceSpec spec, @Nullable Problem fallback) {
            List<Problem> problems = problems(spec);
            if (fallback != null) {
                problems.add(fallback);
            }
            rejected.addAll(problems);
            return problems.isEmpty();
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
            } else {
                RouteSpec passed = passed(what, spec, services.get(service));
                if (passed != null) {
                    routes.put(spec.route().name(), passed);
                }
            }
        }

        /** All hosts of listeners of its own are nobody else's. */
        private boolean allows(Match match) {
            boolean own = !match.listeners().isEmpty() && listeners.keySet().containsAll(match.listeners());
            return limits.allow(match.host()) || (own && match.host() instanceof HostMatch.Any);
        }

        /** A route that goes by nothing that its listeners do not have; null if it does. */
        private @Nullable RouteSpec passed(String what, RouteSpec spec, ServiceSpec service) {
            List<ListenerSpec> own = spec.route().match().listeners().stream()
                    .map(listeners::get)
                    .filter(Objects::nonNull)
                    .toList();
            List<Object> beside = List.of(own, service);
            RouteSpec passed = passedRoutes.again(spec.route().name(), spec, beside);
            if (passed != null) {
                return passed;
            }
            List<Problem> problems =
                    CatalogValidation.connections(what, new CatalogState(source, own, List.of(spec), List.of(service)));
            rejected.addAll(problems);
            return problems.isEmpty()
                    ? passedRoutes.passed(
                            spec.route().name(),
                            spec,
                            beside,
                            new RouteSpec(spec.route(), spec.middleware(), from(spec.provenance())))
                    : null;
        }

        private void reject(String what, String why) {
            rejected.add(new Problem(what, why));
        }
    }
}
