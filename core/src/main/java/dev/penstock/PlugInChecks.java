package dev.penstock;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.catalog.CatalogAdmission;
import dev.penstock.catalog.CatalogAdmission.Admitted;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.CatalogValidation;
import dev.penstock.catalog.Problem;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.discovery.DiscoveryRegistry;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/** Asks the factories of balancers and sources what they have against definitions. Thread-safe. */
final class PlugInChecks {
    private final BalancerRegistry balancers;
    private final DiscoveryRegistry discoveries;
    private final boolean probes;

    /**
     * Checks by these.
     *
     * @param probes whether there is something to do health checks
     */
    PlugInChecks(BalancerRegistry balancers, DiscoveryRegistry discoveries, boolean probes) {
        this.balancers = balancers;
        this.discoveries = discoveries;
        this.probes = probes;
    }

    /**
     * Sorts what a catalog tells. A check that nothing can do costs a service its check, not itself, and so with a shadow:
     * labels say what they say, whoever reads them.
     *
     * @return for this catalog alone, which remembers what it said last
     */
    BiFunction<CatalogState, CatalogLimits, Admitted> admission(String source) {
        var known = new CatalogValidation.Known(discoveries.schemes(), Set.of(), Set.of());
        var admission = new CatalogAdmission(source, known, spec -> problems(List.of(spec)));
        return (state, limits) -> admit(admission, state, limits);
    }

    private Admitted admit(CatalogAdmission admission, CatalogState state, CatalogLimits limits) {
        List<Problem> problems = new ArrayList<>();
        List<ServiceSpec> services = state.services().stream()
                .map(spec -> shadowed(probed(spec, problems), problems))
                .toList();
        Admitted admitted =
                admission.admit(new CatalogState(state.source(), state.listeners(), state.routes(), services), limits);
        problems.addAll(admitted.rejected());
        return new Admitted(admitted.state(), problems);
    }

    private ServiceSpec probed(ServiceSpec spec, List<Problem> problems) {
        if (probes || spec.health().check() == null) {
            return spec;
        }
        problems.add(new Problem(
                "services." + spec.name() + ".health.check",
                "left out, nothing can do it (expected: a prober given to the builder)"));
        return spec.withHealth(spec.health().withCheck(null));
    }

    /** A shadow changes nothing: where nothing can make it, the service goes without. */
    private ServiceSpec shadowed(ServiceSpec spec, List<Problem> problems) {
        List<Problem> wrong = new ArrayList<>();
        checkShadow(spec, wrong);
        wrong.forEach(problem -> problems.add(new Problem(problem.path(), "left out, " + problem.message())));
        return wrong.isEmpty() ? spec : spec.withShadow(null);
    }

    /** What factories have against balancers and URIs. They are third parties': asked outside the lock. */
    List<Problem> problems(List<ServiceSpec> specs) {
        List<Problem> problems = new ArrayList<>();
        Set<String> schemes = discoveries.schemes();
        for (ServiceSpec spec : specs) {
            try {
                balancers.check(spec.balancer());
            } catch (IllegalArgumentException e) {
                problems.add(problem(spec, "balancer", e));
            }
            checkShadow(spec, problems);
            if (spec.health().check() != null && !probes) {
                problems.add(new Problem(
                        "services." + spec.name() + ".health.check",
                        "nothing can do it (expected: a prober given to the builder, or no check)"));
            }
            for (URI uri : spec.discover()) {
                if (CatalogValidation.hasScheme(uri, schemes)) {
                    try {
                        discoveries.check(spec.name(), uri);
                    } catch (IllegalArgumentException e) {
                        problems.add(problem(spec, "discover", e));
                    }
                }
            }
        }
        return problems;
    }

    private void checkShadow(ServiceSpec spec, List<Problem> problems) {
        ShadowSpec shadow = spec.shadow();
        if (shadow != null) {
            try {
                balancers.check(shadow.balancer());
            } catch (IllegalArgumentException e) {
                problems.add(problem(spec, "shadow", e));
            }
        }
    }

    private static Problem problem(ServiceSpec spec, String key, IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        String what = (key.equals("shadow") ? "balancer" : key) + ": "; // of the rule that a shadow is
        return new Problem(
                "services." + spec.name() + "." + key,
                message.startsWith(what) ? message.substring(what.length()) : message);
    }
}
