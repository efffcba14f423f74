package dev.penstock.catalog;

import dev.penstock.endpoint.ServiceName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds services that stand in for themselves by way of others. Stateless. */
public final class FallbackLoops {
    private FallbackLoops() {}

    /**
     * Finds all of them.
     *
     * @param own the services whose problems are asked for
     * @param all the services there are, those included
     * @return one for each of the own services that its fallbacks lead back to
     */
    public static List<Problem> problems(Collection<ServiceSpec> own, Collection<ServiceSpec> all) {
        Map<ServiceName, ServiceSpec> byName = new HashMap<>();
        Stream.concat(all.stream(), own.stream()).forEach(spec -> byName.put(spec.name(), spec));
        List<Problem> problems = new ArrayList<>();
        for (ServiceSpec spec : own) {
            Set<ServiceName> way = new LinkedHashSet<>();
            ServiceSpec at = spec;
            while (at != null && way.add(at.name())) {
                Fallback fallback = at.fallback();
                at = fallback == null ? null : byName.get(fallback.service());
            }
            if (at != null && at.name().equals(spec.name())) {
                String loop =
                        way.stream().map(ServiceName::value).collect(Collectors.joining(" > ")) + " > " + at.name();
                problems.add(new Problem(
                        "services." + spec.name() + ".fallback",
                        "leads back to the service: " + loop + " (expected: fallbacks that end)"));
            }
        }
        return problems;
    }
}
