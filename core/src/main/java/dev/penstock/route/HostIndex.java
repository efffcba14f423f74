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

    private final KeyIndex<HostNode> index;
    private final HostNode root;
    private final boolean wildcards;
    private final int longest;

    /**
     * Indexes routes.
     *
     * @param routes in the order of their ranks
     */
    HostIndex(List<RankedRoute> routes) {
        minRank = routes.isEmpty() ? RankedRoute.NONE.rank : routes.get(0).rank;
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
        root = new HostNode("", PathIndex.EMPTY, any == null ? PathIndex.EMPTY : new PathIndex(any), null);
        wildcards = !below.isEmpty();
        var keys = new TreeSet<String>(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()));
        keys.addAll(exact.keySet());
        keys.addAll(below.keySet());
        longest = keys.isEmpty() ? 0 : keys.last().length();
        index = new KeyIndex<>(keys.size());
        Map<String, HostNode> domains = new HashMap<>();
        for (String key : keys) { // the shorter first, so that each finds its parent
            HostNode parent = null;
            for (int dot = key.indexOf('.'); parent == null && dot >= 0; dot = key.indexOf('.', dot + 1)) {
                parent = domains.get(key.substring(dot + 1));
            }
            var node = new HostNode(key, paths(exact, key), paths(below, key), parent == null ? root : parent);
            if (below.containsKey(key)) {
                domains.put(key, node);
            }
            index.put(hash(key, 0), node);
        }
    }

    private static PathIndex paths(Map<String, List<RankedRoute>> byHost, String host) {
        var routes = byHost.get(host);
        return routes == null ? PathIndex.EMPTY : new PathIndex(routes);
    }

    private static int hash(String host, int start) {
        int hash = 0;
        for (int i = host.length() - 1; i >= start; i--) {
            hash = KeyIndex.hash(hash, host.charAt(i));
        }
        return hash;
    }

    /** The route of least rank that matches the request, or the given one if none ranks before it. */
    RankedRoute find(Request request, RankedRoute given) {
        String host = request.host();
        int length = host.length();
        HostNode own = length == 0 || length > longest ? null : index.find(host, 0, length, hash(host, 0));
        RankedRoute best = given;
        @Nullable HostNode at;
        if (own == null) {
            at = wildcards ? longestDomain(host) : root;
        } else {
            best = own.exact.find(request, best);
            at = own.parent;
        }
        for (; at != null && at.minRank < best.rank; at = at.parent) {
            best = at.below.find(request, best);
        }
        return best;
    }

    /** The node of the longest domain that a host is below. */
    private HostNode longestDomain(String host) {
        HostNode found = root;
        int hash = 0;
        for (int i = host.length() - 1; i > 0 && host.length() - i <= longest + 1; i--) {
            char c = host.charAt(i);
            if (c == '.') {
                var node = index.find(host, i + 1, host.length(), hash);
                found = node == null ? found : node;
            }
            hash = KeyIndex.hash(hash, c);
        }
        return found;
    }

    private static final class HostNode implements KeyIndex.Node {
        final String key;
        final PathIndex exact;
        final PathIndex below;
        final @Nullable HostNode parent;

        /** The least rank of the routes below its key and below those of the nodes it leads to. */
        final int minRank;

        HostNode(String key, PathIndex exact, PathIndex below, @Nullable HostNode parent) {
            this.key = key;
            this.exact = exact;
            this.below = below;
            this.parent = parent;
            this.minRank = parent == null ? below.minRank : Math.min(below.minRank, parent.minRank);
        }

        @Override
        public String key() {
            return key;
        }
    }
}
