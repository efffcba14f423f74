package dev.penstock.route;

import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Routes found by host, then by path. Immutable.
 *
 * <p>A node for each host and each domain of a wildcard. One pass over the request's host, from its end, finds the node of
 * the whole host, which knows the node of the longest wildcard that covers it; only a host that has no node of its own is
 * searched for wildcards label by label. The walk ends where no route ahead ranks before the one found.
 *
 * <p>Cost: linear in the host, and what {@link PathIndex} costs at each node; no allocation.
 */
final class HostIndex {
    /** The least rank of its routes. */
    final int minRank;

    private final KeyIndex index;
    private final HostNode[] nodes; // by their numbers
    private final HostNode root;
    private final boolean wildcards;
    private final int longest;

    /**
     * Indexes routes.
     *
     * @param routes in the order of their ranks
     */
    HostIndex(List<RankedRoute> routes) {
        minRank = routes.isEmpty() ? RankedRoute.NO_RANK : routes.get(0).rank;
        Map<String, List<RankedRoute>> exact = new HashMap<>();
        Map<String, List<RankedRoute>> below = new HashMap<>();
        for (RankedRoute route : routes) {
            HostMatch host = route.match.host();
            if (host instanceof HostMatch.Exact one) {
                exact.computeIfAbsent(one.name(), name -> new ArrayList<>(1)).add(route);
            } else {
                String domain = host instanceof HostMatch.Below wildcard ? wildcard.domain() : "";
                below.computeIfAbsent(domain, name -> new ArrayList<>(1)).add(route);
            }
        }
        var any = below.remove("");
        root = new HostNode(PathIndex.EMPTY, any == null ? PathIndex.EMPTY : new PathIndex(any), null);
        wildcards = !below.isEmpty();
        var keys = new TreeSet<String>(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()));
        keys.addAll(exact.keySet());
        keys.addAll(below.keySet());
        longest = keys.isEmpty() ? 0 : keys.last().length();
        nodes = new HostNode[keys.size()];
        int number = 0;
        Map<String, HostNode> domains = new HashMap<>();
        for (String key : keys) { // the shorter first, so that each finds its parent
            HostNode parent = null;
            for (int dot = key.indexOf('.'); parent == null && dot >= 0; dot = key.indexOf('.', dot + 1)) {
                parent = domains.get(key.substring(dot + 1));
            }
            var node = new HostNode(paths(exact, key), paths(below, key), parent == null ? root : parent);
            if (below.containsKey(key)) {
                domains.put(key, node);
            }
            nodes[number++] = node;
        }
        index = new KeyIndex(List.copyOf(keys), HostIndex::hash, this::found);
    }

    private static PathIndex paths(Map<String, List<RankedRoute>> byHost, String host) {
        var routes = byHost.get(host);
        return routes == null ? PathIndex.EMPTY : new PathIndex(routes);
    }

    private static int hash(String host) {
        int hash = 0;
        for (int i = host.length() - 1; i >= 0; i--) {
            hash = KeyIndex.hash(hash, host.charAt(i));
        }
        return hash;
    }

    /** The rank of the first route that matches the request, or the given rank if none comes before it. */
    int find(Request request, int given) {
        String host = request.host();
        // Nothing that is longer than the longest key needs a hash.
        int found = host.length() > longest ? -1 : index.find(host, 0, host.length(), hash(host));
        if (found < 0) {
            return walk(wildcards ? longestDomain(host) : root, request, given);
        }
        if (settled(found)) {
            return Math.min(found >>> 1, given);
        }
        HostNode node = nodes[found >>> 1];
        return walk(node.parent, request, node.exact.find(request, given));
    }

    // What the index holds for a host. Settled: each request for it gets the route of one rank, and no wildcard ends in
    // it.
    private int found(int number) {
        int rank = nodes[number].settledRank();
        return rank == RankedRoute.NO_RANK ? number << 1 : rank << 1 | 1;
    }

    private static boolean settled(int found) {
        return (found & 1) != 0;
    }

    private static int walk(@Nullable HostNode first, Request request, int given) {
        int best = given;
        for (@Nullable HostNode at = first; at != null && at.minRank < best; at = at.parent) {
            best = at.below.find(request, best);
        }
        return best;
    }

    /** The node of the longest domain that a host is below. */
    private HostNode longestDomain(String host) {
        HostNode longestSoFar = root;
        int hash = 0;
        for (int i = host.length() - 1; i > 0 && host.length() - i <= longest + 1; i--) {
            char c = host.charAt(i);
            if (c == '.') {
                int found = index.find(host, i + 1, host.length(), hash);
                longestSoFar = found < 0 || settled(found) ? longestSoFar : nodes[found >>> 1];
            }
            hash = KeyIndex.hash(hash, c);
        }
        return longestSoFar;
    }

    private static final class HostNode {
        final PathIndex exact;
        final PathIndex below;
        final @Nullable HostNode parent;

        /** The least rank of the routes below its key and below those of the nodes it leads to. */
        final int minRank;

        HostNode(PathIndex exact, PathIndex below, @Nullable HostNode parent) {
            this.exact = exact;
            this.below = below;
            this.parent = parent;
            this.minRank = parent == null ? below.minRank : Math.min(below.minRank, parent.minRank);
        }

        /** The one rank that every request for its host gets, or NO_RANK if it is more than the node of such a host. */
        int settledRank() {
            boolean first = below == PathIndex.EMPTY && (parent == null || exact.minRank < parent.minRank);
            return exact.settled && first ? exact.minRank : RankedRoute.NO_RANK;
        }
    }
}
