package dev.penstock.catalog;

import dev.penstock.route.Route;
import dev.penstock.route.RouteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is different between two sets of definitions, by name. Immutable.
 *
 * <p>Where something is defined makes no difference, nor does the order, but for routes that nothing else tells apart, see
 * {@link RouteOrder}: such a route is different when it is asked at another place among the routes that stay.
 *
 * @param added names of what is new, as in {@code service orders}
 * @param removed names of what is gone
 * @param changed names of what is different
 */
public record CatalogDifference(List<String> added, List<String> removed, List<String> changed) {
    /** Copies the lists. */
    public CatalogDifference {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        changed = List.copyOf(changed);
    }

    /**
     * Compares two sets of definitions.
     *
     * @param before the old one
     * @param after the new one
     * @return listeners, then routes, then services, each in the order defined
     */
    public static CatalogDifference between(CatalogState before, CatalogState after) {
        var compared = new Compared();
        compared.add(
                byName("listener ", before.listeners(), ListenerSpec::name, CatalogDifference::bare),
                byName("listener ", after.listeners(), ListenerSpec::name, CatalogDifference::bare));
        Set<Route> staying = routes(before.routes());
        staying.retainAll(routes(after.routes()));
        compared.add(byName(before.routes(), staying), byName(after.routes(), staying));
        compared.add(
                byName("service ", before.services(), spec -> spec.name().value(), CatalogDifference::bare),
                byName("service ", after.services(), spec -> spec.name().value(), CatalogDifference::bare));
        return new CatalogDifference(compared.added, compared.removed, compared.changed);
    }

    /**
     * Tells whether there is none.
     *
     * @return true if nothing is new, gone or different
     */
    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    private static Object bare(ListenerSpec spec) {
        return spec.withProvenance(Provenance.CODE);
    }

    private static Object bare(ServiceSpec spec) {
        return spec.withProvenance(Provenance.CODE);
    }

    private static Set<Route> routes(List<RouteSpec> specs) {
        return specs.stream().map(RouteSpec::route).collect(Collectors.toCollection(HashSet::new));
    }

    /** Each route with its place among those that stay. */
    private static Map<String, Object> byName(List<RouteSpec> specs, Set<Route> staying) {
        Map<Route, Integer> places = new HashMap<>();
        RouteOrder.sorted(specs.stream()
                        .map(RouteSpec::route)
                        .filter(staying::contains)
                        .toList())
                .forEach(route -> places.put(route, places.size()));
        return byName("route ", specs, spec -> spec.route().name(), spec -> {
            int place = places.getOrDefault(spec.route(), -1);
            return List.of(spec.route(), spec.middleware(), place);
        });
    }

    private static <T> Map<String, Object> byName(
            String kind, List<T> specs, Function<T, String> name, Function<T, Object> content) {
        Map<String, Object> named = new LinkedHashMap<>();
        specs.forEach(spec -> named.put(kind + name.apply(spec), content.apply(spec)));
        return named;
    }

    private static final class Compared {
        private final List<String> added = new ArrayList<>();
        private final List<String> removed = new ArrayList<>();
        private final List<String> changed = new ArrayList<>();

        void add(Map<String, Object> before, Map<String, Object> after) {
            after.forEach((name, content) -> {
                Object known = before.get(name);
                if (known == null) {
                    added.add(name);
                } else if (!known.equals(content)) {
                    changed.add(name);
                }
            });
            before.keySet().stream().filter(name -> !after.containsKey(name)).forEach(removed::add);
        }
    }
}
