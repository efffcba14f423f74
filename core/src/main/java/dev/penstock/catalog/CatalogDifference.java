package dev.penstock.catalog;

import dev.penstock.route.Route;
import dev.penstock.route.RouteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
                "listener ",
                before.listeners(),
                after.listeners(),
                ListenerSpec::name,
                (one, other) -> one.equals(other) || bare(one).equals(bare(other)));
        if (!before.routes().equals(after.routes())) {
            routes(before.routes(), after.routes(), compared);
        }
        compared.add(
                "service ",
                before.services(),
                after.services(),
                spec -> spec.name().value(),
                (one, other) -> one.equals(other) || bare(one).equals(bare(other)));
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

    private static void routes(List<RouteSpec> before, List<RouteSpec> after, Compared compared) {
        Set<Route> staying = routes(before);
        staying.retainAll(routes(after));
        Map<Route, Integer> placesBefore = places(before, staying);
        Map<Route, Integer> placesAfter = places(after, staying);
        compared.add(
                "route ",
                before,
                after,
                spec -> spec.route().name(),
                (one, other) -> one.route().equals(other.route())
                        && one.middleware().equals(other.middleware())
                        && Objects.equals(placesBefore.get(one.route()), placesAfter.get(other.route())));
    }

    private static Set<Route> routes(List<RouteSpec> specs) {
        return specs.stream().map(RouteSpec::route).collect(Collectors.toCollection(HashSet::new));
    }

    /** The place of each route among those that stay. */
    private static Map<Route, Integer> places(List<RouteSpec> specs, Set<Route> staying) {
        Map<Route, Integer> places = new HashMap<>();
        RouteOrder.sorted(specs.stream()
                        .map(RouteSpec::route)
                        .filter(staying::contains)
                        .toList())
                .forEach(route -> places.put(route, places.size()));
        return places;
    }

    private static <T> Map<String, T> byName(List<T> specs, Function<T, String> name) {
        Map<String, T> named = new LinkedHashMap<>();
        specs.forEach(spec -> named.put(name.apply(spec), spec));
        return named;
    }

    private static final class Compared {
        private final List<String> added = new ArrayList<>();
        private final List<String> removed = new ArrayList<>();
        private final List<String> changed = new ArrayList<>();

        <T> void add(String kind, List<T> before, List<T> after, Function<T, String> name, BiPredicate<T, T> same) {
            if (isNamedAlike(before, after, name)) { // as nearly always: no maps are needed
                for (int i = 0; i < after.size(); i++) {
                    compare(kind, before.get(i), after.get(i), name, same);
                }
                return;
            }
            Map<String, T> olds = byName(before, name);
            Map<String, T> news = byName(after, name);
            news.forEach((named, spec) -> compare(kind, olds.get(named), spec, name, same));
            olds.keySet().stream()
                    .filter(named -> !news.containsKey(named))
                    .forEach(named -> removed.add(kind + named));
        }

        private <T> void compare(
                String kind, @Nullable T old, T spec, Function<T, String> name, BiPredicate<T, T> same) {
            if (old == null) {
                added.add(kind + name.apply(spec));
            } else if (!same.test(old, spec)) {
                changed.add(kind + name.apply(spec));
            }
        }

        private static <T> boolean isNamedAlike(List<T> before, List<T> after, Function<T, String> name) {
            boolean alike = before.size() == after.size();
            for (int i = 0; alike && i < after.size(); i++) {
                alike = name.apply(before.get(i)).equals(name.apply(after.get(i)));
            }
            return alike;
        }
    }
}
