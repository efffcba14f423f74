package dev.penstock.route;

import java.util.Comparator;
import java.util.List;

/**
 * The order in which routes are asked; the first that matches gets the request.
 *
 * <ol>
 *   <li>the higher priority;
 *   <li>the host: exact, then wildcards with the longer domain first, then any;
 *   <li>the path: exact, then by the literal beginning, the longer first (that of a prefix is the prefix, {@code /} counting
 *       as nothing; that of a pattern ends at its first wildcard; where they are equally long a prefix goes before a pattern,
 *       then the pattern with more literal characters in all, then the one with fewer {@code **}), then any; a pattern
 *       without wildcards counts as exact;
 *   <li>more further conditions: the methods, each header, each query parameter, the listeners, the schemes count one each;
 *   <li>the order in which they were given.
 * </ol>
 *
 * <p>Only what is compared can tie: routes that compare as equal keep their order under a stable sort. Not consistent with
 * equals. Immutable.
 */
public final class RouteOrder implements Comparator<Route> {
    private static final Comparator<Key> KEYS = Comparator.comparing(Key::priority, Comparator.reverseOrder())
            .thenComparing(Key::host, Comparator.reverseOrder())
            .thenComparing(Key::pathKind)
            .thenComparing(Key::literalBeginning, Comparator.reverseOrder())
            .thenComparing(Key::pattern)
            .thenComparing(Key::literalTotal, Comparator.reverseOrder())
            .thenComparing(Key::depths)
            .thenComparing(Key::conditions, Comparator.reverseOrder());

    /** The one order. */
    public RouteOrder() {}

    /**
     * Sorts routes into the order in which they are asked.
     *
     * @param routes in the order given
     * @return a sorted copy; cheaper than sorting by this comparator, since each route is looked at once
     */
    public static List<Route> sorted(List<Route> routes) {
        return routes.stream().map(Key::of).sorted(KEYS).map(Key::route).toList();
    }

    @Override
    public int compare(Route left, Route right) {
        return KEYS.compare(Key.of(left), Key.of(right));
    }

    /**
     * What routes are compared by.
     *
     * @param host the longer the earlier: exact, then the length of the wildcard's domain, then any
     * @param pathKind exact 0, prefix and pattern 1, any 2
     */
    private record Key(
            Route route,
            int host,
            int pathKind,
            int literalBeginning,
            boolean pattern,
            int literalTotal,
            int depths,
            int conditions) {
        static Key of(Route route) {
            Match match = route.match();
            int host = host(match.host());
            int conditions = (match.methods().isEmpty() ? 0 : 1)
                    + match.headers().size()
                    + match.query().size()
                    + (match.listeners().isEmpty() ? 0 : 1)
                    + (match.schemes().isEmpty() ? 0 : 1);
            if (match.path() instanceof PathMatch.Prefix prefix) {
                int length = prefix.path().equals("/") ? 0 : prefix.path().length();
                return new Key(route, host, 1, length, false, length, 0, conditions);
            }
            if (match.path() instanceof PathMatch.Pattern path) {
                var pattern = SegmentPattern.parse(path.pattern());
                return pattern.literal()
                        ? new Key(route, host, 0, 0, false, 0, 0, conditions)
                        : new Key(
                                route,
                                host,
                                1,
                                pattern.literalBeginning(),
                                true,
                                pattern.literalTotal(),
                                pattern.depths(),
                                conditions);
            }
            int kind = match.path() instanceof PathMatch.Exact ? 0 : 2;
            return new Key(route, host, kind, 0, false, 0, 0, conditions);
        }

        private static int host(HostMatch host) {
            if (host instanceof HostMatch.Exact) {
                return Integer.MAX_VALUE;
            }
            return host instanceof HostMatch.Below below ? below.domain().length() : 0;
        }

        int priority() {
            return route.priority();
        }
    }
}
