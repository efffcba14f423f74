package dev.penstock.route;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A route that no request comes to. Immutable.
 *
 * @param route its name
 * @param why as in {@code shadowed by "api"}
 */
public record Unreached(String route, String why) {
    /** Checks for null. */
    public Unreached {
        requireNonNull(route, "route");
        requireNonNull(why, "why");
    }

    /**
     * The listeners of HTTP that routes may be for.
     *
     * @param shared names of those that routes which name no listener are for
     * @param apart names of those that only routes which name them are for
     * @param others names of those that take something else than HTTP
     */
    public record Doors(Set<String> shared, Set<String> apart, Set<String> others) {
        /** Where there is no proxy, and so no listener. */
        public static final Doors NONE = new Doors(Set.of(""), Set.of(), Set.of());

        /** Copies the sets. */
        public Doors {
            shared = Set.copyOf(shared);
            apart = Set.copyOf(apart);
            others = Set.copyOf(others);
        }

        /** Those that a route is for. */
        private Set<String> of(Route route) {
            Set<String> named = route.match().listeners();
            if (named.isEmpty()) {
                return shared;
            }
            Set<String> there = new LinkedHashSet<>(named);
            there.removeIf(name -> !shared.contains(name) && !apart.contains(name));
            return there;
        }
    }

    /**
     * Finds the routes that no request of HTTP comes to, whatever it is: nobody leads to them, or routes that are asked earlier take
     * all that they would. Proved from the conditions, nothing is tried; of a route that is not named here it is not known that one comes
     * to it (values of headers that two routes share between them, and patterns of paths within patterns, are not compared).
     *
     * <p>Cost: for each route O(n) in those with its host or a wildcard above it, and its path or a prefix above that.
     *
     * @param routes in the order in which they are asked
     * @param doors by which requests come in
     * @return in the order of the routes
     */
    public static List<Unreached> among(List<Route> routes, Doors doors) {
        Map<Place, List<Route>> earlier = new HashMap<>();
        List<Unreached> found = new ArrayList<>();
        for (Route route : routes) {
            if (route.match().listeners().stream().noneMatch(doors.others()::contains)) {
                String why = why(route, doors, earlier);
                if (why != null) {
                    found.add(new Unreached(route.name(), why));
                }
            }
            earlier.computeIfAbsent(Place.of(route.match()), place -> new ArrayList<>())
                    .add(route);
        }
        return found;
    }

    private static @Nullable String why(Route route, Doors doors, Map<Place, List<Route>> earlier) {
        Set<String> own = doors.of(route);
        if (own.isEmpty()) {
            return "there is no listener that it is for";
        }
        List<Route> wider = wider(route.match(), earlier);
        Set<String> takers = new LinkedHashSet<>();
        Set<String> schemes = route.match().schemes().isEmpty()
                ? Match.SCHEMES
                : route.match().schemes();
        for (String door : own) {
            for (String scheme : schemes) {
                for (String method : methods(route.match())) {
                    String taker = taker(wider, doors, door, scheme, method);
                    if (taker == null) {
                        return null;
                    }
                    takers.add(taker);
                }
            }
        }
        return "shadowed by \"" + String.join("\" and \"", takers) + '"';
    }

    /** Empty: all methods, whatever they are called. */
    private static Set<String> methods(Match match) {
        return match.methods().isEmpty() ? Set.of("") : match.methods();
    }

    /**
     * Where a route is looked for.
     *
     * @param path of a prefix the path, of any path nothing, of all else what only the same can cover
     */
    private record Place(HostMatch host, String path) {
        static Place of(Match match) {
            return new Place(match.host(), own(match.path()));
        }

        private static String own(PathMatch path) {
            if (path instanceof PathMatch.Prefix prefix) {
                return prefix.path().equals("/") ? "" : prefix.path();
            }
            return path instanceof PathMatch.Any ? "" : path.text();
        }

        /** The paths of all that may cover one. */
        static Set<String> above(PathMatch path) {
            Set<String> above = new LinkedHashSet<>(List.of(""));
            above.add(own(path));
            String begin = "";
            if (path instanceof PathMatch.Exact exact) {
                begin = exact.path();
            } else if (path instanceof PathMatch.Prefix prefix) {
                begin = prefix.path();
            } else if (path instanceof PathMatch.Pattern pattern) {
                begin = SegmentPattern.parse(pattern.pattern()).literalSegments();
            }
            above.add(begin);
            for (int slash = begin.indexOf('/', 1); slash > 0; slash = begin.indexOf('/', slash + 1)) {
                above.add(begin.substring(0, slash));
            }
            return above;
        }
    }

    /** Those that ask for no more of a request than one does, but for where and by what method it comes in. */
    private static List<Route> wider(Match match, Map<Place, List<Route>> earlier) {
        List<Route> wider = new ArrayList<>();
        HostMatch host = match.host();
        while (true) {
            for (String path : Place.above(match.path())) {
                for (Route route : earlier.getOrDefault(new Place(host, path), List.of())) {
                    if (route.match().coversValues(match)) {
                        wider.add(route);
                    }
                }
            }
            if (host instanceof HostMatch.Any) {
                return wider;
            }
            host = above(host);
        }
    }

    private static HostMatch above(HostMatch host) {
        String name = host instanceof HostMatch.Exact exact ? exact.name() : ((HostMatch.Below) host).domain();
        int dot = name.startsWith("[") ? -1 : name.indexOf('.');
        return dot < 0 ? new HostMatch.Any() : new HostMatch.Below(name.substring(dot + 1));
    }

    private static @Nullable String taker(List<Route> wider, Doors doors, String door, String scheme, String method) {
        for (Route route : wider) {
            Match match = route.match();
            if (doors.of(route).contains(door)
                    && (match.schemes().isEmpty() || match.schemes().contains(scheme))
                    && (match.methods().isEmpty() || match.methods().contains(method))) {
                return route.name();
            }
        }
        return null;
    }
}
