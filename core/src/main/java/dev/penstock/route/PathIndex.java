package dev.penstock.route;

import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host, found by path. Immutable.
 *
 * <p>Few routes are asked one by one. More are kept by path: a node for each path that an exact condition, a prefix or the
 * literal segments of a pattern names. One pass over the request's path finds the node of the whole path, or else of its
 * longest beginning by whole segments; from there nodes lead to ever shorter beginnings. The walk ends where no route ahead
 * ranks before the one found.
 *
 * <p>Cost: linear in the path, and what the conditions of the routes met cost; no allocation.
 */
final class PathIndex {
    /** Holds no route. */
    static final PathIndex EMPTY = new PathIndex(List.of());

    // Up to here comparing is cheaper than hashing the path.
    private static final int FEW = 4;

    /** The least rank of its routes. */
    final int minRank;

    /** Whether the route of the least rank matches every request that comes here. */
    final boolean settled;

    private final RankedRoute[] few;
    private final KeyIndex index;
    private final PathNode[] nodes; // by their numbers in the index
    private final PathNode root;
    private final int longestExact;
    private final int longestPrefix;

    /**
     * Indexes routes.
     *
     * @param routes in the order of their ranks
     */
    PathIndex(List<RankedRoute> routes) {
        minRank = routes.isEmpty() ? RankedRoute.NO_RANK : routes.get(0).rank;
        settled = !routes.isEmpty() && routes.get(0).anyPath() && routes.get(0).unconditional;
        few = array(routes.size() <= FEW ? routes : List.of());
        Map<String, List<RankedRoute>> exact = new HashMap<>();
        Map<String, List<RankedRoute>> below = new HashMap<>();
        for (RankedRoute route : few.length > 0 ? List.<RankedRoute>of() : routes) {
            String literal = route.exactPath();
            var byPath = literal != null ? exact : below;
            byPath.computeIfAbsent(literal != null ? literal : route.pathBeginning(), path -> new ArrayList<>(1))
                    .add(route);
        }
        root = new PathNode(0, List.of(), below.getOrDefault("", List.of()), null);
        longestExact = longest(exact);
        longestPrefix = longest(below);
        var keys = new TreeSet<String>(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()));
        keys.addAll(exact.keySet());
        keys.addAll(below.keySet());
        keys.remove("");
        index = new KeyIndex(List.copyOf(keys), PathIndex::hash, number -> number);
        nodes = nodes(keys, exact, below, root);
    }

    private static PathNode[] nodes(
            Collection<String> keys,
            Map<String, List<RankedRoute>> exact,
            Map<String, List<RankedRoute>> below,
            PathNode root) {
        Map<String, PathNode> nodes = new LinkedHashMap<>();
        for (String key : keys) { // the shorter first, so that each finds its parent
            PathNode parent = null;
            for (int slash = key.lastIndexOf('/');
                    parent == null && slash > 0;
                    slash = key.lastIndexOf('/', slash - 1)) {
                parent = nodes.get(key.substring(0, slash));
            }
            var node = new PathNode(
                    key.length(),
                    exact.getOrDefault(key, List.of()),
                    below.getOrDefault(key, List.of()),
                    parent == null ? root : parent);
            nodes.put(key, node);
        }
        return nodes.values().toArray(PathNode[]::new);
    }

    private static int longest(Map<String, List<RankedRoute>> byPath) {
        return byPath.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    private static int hash(String path) {
        int hash = 0;
        for (int i = 0; i < path.length(); i++) {
            hash = KeyIndex.hash(hash, path.charAt(i));
        }
        return hash;
    }

    private static RankedRoute[] array(List<RankedRoute> routes) {
        return routes.toArray(RankedRoute[]::new);
    }

    /** The rank of the first route that matches the request, or the given rank if none comes before it. */
    int find(Request request, int given) {
        for (RankedRoute route : few) {
            if (route.rank >= given) {
                return given;
            }
            if (route.pathMatches(request.path()) && route.restMatches(request)) {
                return route.rank;
            }
        }
        return few.length > 0 ? given : walk(request, given);
    }

    private int walk(Request request, int given) {
        String path = request.path();
        PathNode node = deepest(path);
        int best = given;
        if (node.length == path.length()) {
            best = first(node.exact, request, best);
        }
        for (@Nullable PathNode at = node; at != null && at.minRank < best; at = at.parent) {
            best = first(at.below, request, best);
        }
        return best;
    }

    /** The node of the longest beginning of a path by whole segments that has one. */
    private PathNode deepest(String path) {
        int deepest = -1;
        int length = path.length();
        int hash = 0;
        // No key can be found further along than this.
        int end = length <= longestExact ? length : Math.min(length, longestPrefix + 1);
        for (int i = 0; i < end; i++) {
            char c = path.charAt(i);
            if (c == '/' && i > 0 && i <= longestPrefix) {
                int number = index.find(path, 0, i, hash);
                deepest = number < 0 ? deepest : number;
            }
            hash = KeyIndex.hash(hash, c);
        }
        int whole = end == length ? index.find(path, 0, length, hash) : -1;
        deepest = whole < 0 ? deepest : whole;
        return deepest < 0 ? root : nodes[deepest];
    }

    private static int first(RankedRoute[] routes, Request request, int given) {
        for (RankedRoute route : routes) {
            if (route.rank >= given) {
                return given;
            }
            // The node stands for an exact path or a prefix; a pattern has more to say.
            if ((route.pattern == null || route.pattern.matches(request.path())) && route.restMatches(request)) {
                return route.rank;
            }
        }
        return given;
    }

    private static final class PathNode {
        final int length; // of its path
        final RankedRoute[] exact;
        final RankedRoute[] below;
        final @Nullable PathNode parent;

        /** The least rank of the routes below its key and below those of the nodes it leads to. */
        final int minRank;

        PathNode(int length, List<RankedRoute> exact, List<RankedRoute> below, @Nullable PathNode parent) {
            this.length = length;
            this.exact = array(exact);
            this.below = array(below);
            this.parent = parent;
            int own = below.isEmpty() ? RankedRoute.NO_RANK : below.get(0).rank;
            this.minRank = parent == null ? own : Math.min(own, parent.minRank);
        }
    }
}
