package dev.penstock.catalog;

import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.text.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of all definitions: of two at one address, or with one name, the first counts. Confined to one merge.
 *
 * <p>Two catalogs that define one alike share it, unless it is {@link ListenerSpec#apart()}; what they lead from it to, their
 * routes decide among each other.
 */
final class ListenerMerge {
    private final Map<String, ListenerSpec> byName = new LinkedHashMap<>();
    private final Map<Integer, List<ListenerSpec>> byPort = new HashMap<>();
    private final Set<String> discovered = new HashSet<>();
    private final Set<Integer> reserved;

    /** No listeners yet; the reserved ports of TCP are nobody's who was discovered. */
    ListenerMerge(Set<Integer> reserved) {
        this.reserved = reserved;
    }

    Map<String, ListenerSpec> byName() {
        return byName;
    }

    Collection<ListenerSpec> all() {
        return byName.values();
    }

    Set<String> discovered() {
        return discovered;
    }

    /** Takes one of files and code, which are valid by themselves; false if its name is taken. */
    boolean give(ListenerSpec spec) {
        if (byName.containsKey(spec.name())) {
            return false;
        }
        add(spec);
        return true;
    }

    private void add(ListenerSpec spec) {
        byName.put(spec.name(), spec);
        if (spec.port() != 0) {
            byPort.computeIfAbsent(key(spec), key -> new ArrayList<>(1)).add(spec);
        }
    }

    private static int key(ListenerSpec spec) {
        return spec.protocol().isOverTcp() ? spec.port() : -spec.port();
    }

    /** Takes those of a catalog, as far as it gets them. */
    OfCatalog find(CatalogState state, List<Problem> problems) {
        var found = new OfCatalog(state.listeners(), problems);
        state.listeners().forEach(found::take);
        return found;
    }

    /** Takes one that was discovered; says why where it cannot. */
    private @Nullable Problem find(ListenerSpec spec) {
        ListenerSpec named = byName.get(spec.name());
        ListenerSpec there = byPort.getOrDefault(key(spec), List.of()).stream()
                .filter(other -> other.overlaps(spec))
                .findFirst()
                .orElse(null);
        if (there != null) {
            return lost(
                    spec,
                    "listener \"" + there.name() + "\" of " + there.provenance().source());
        } else if (named != null) {
            return new Problem(
                    "listener " + spec.name(),
                    "the name is taken (expected: one that "
                            + named.provenance().source() + " does not define)");
        } else if (spec.protocol().isOverTcp() && reserved.contains(spec.port())) {
            return lost(spec, "this program itself");
        }
        add(spec);
        discovered.add(spec.name());
        return null;
    }

    private static Problem lost(ListenerSpec spec, String winner) {
        return new Problem(
                "listener " + spec.name(),
                "\"" + spec.address() + "\" (expected: an address that is free; it is that of " + winner + ")");
    }

    /** The one of another catalog that this one shares; null if there is none. */
    private @Nullable ListenerSpec sharedWith(ListenerSpec spec) {
        ListenerSpec named = byName.get(spec.name());
        boolean shared = named != null && discovered.contains(spec.name()) && !spec.apart() && named.isAlike(spec);
        return shared ? named : null;
    }

    private void remove(ListenerSpec spec) {
        byName.remove(spec.name());
        discovered.remove(spec.name());
        byPort.getOrDefault(key(spec), new ArrayList<>()).remove(spec);
    }

    /** What one catalog may do with listeners, and does. Confined to the merge. */
    final class OfCatalog {
        private final List<ListenerSpec> told;
        private final List<Problem> problems;
        private final Set<String> had = new HashSet<>();
        private final Set<String> lost = new HashSet<>();
        private final Map<String, String> shared = new HashMap<>();
        private final Set<String> used = new HashSet<>();

        private OfCatalog(List<ListenerSpec> told, List<Problem> problems) {
            this.told = told;
            this.problems = problems;
        }

        private void take(ListenerSpec spec) {
            ListenerSpec other = sharedWith(spec);
            if (other != null) {
                shared.put(spec.name(), other.provenance().source());
                return;
            }
            Problem problem = ListenerMerge.this.find(spec);
            if (problem == null) {
                had.add(spec.name());
            } else {
                lost.add(spec.name());
                problems.add(problem);
            }
        }

        /** Tells whether a route goes with a listener that the catalog did not get. */
        boolean isLost(Match match) {
            return match.listeners().stream().anyMatch(lost::contains);
        }

        /** Why a route may not name its listeners; null if it may. */
        @Nullable
        String refusal(Match match) {
            for (String name : match.listeners()) {
                if (lost.contains(name)) {
                    return "left out with its listener \"" + name + "\"";
                } else if (!byName.containsKey(name)) {
                    return "listener " + Suggestion.unknown(name, byName.keySet());
                } else if (discovered.contains(name) && !had.contains(name) && !shared.containsKey(name)) {
                    return "listener \"" + name
                            + "\" (expected: one of this catalog or of the file; that is one of another catalog)";
                }
            }
            return null;
        }

        /** Why a route that nobody else has alike may not lead from a listener that another has, too; null if it may. */
        @Nullable
        String sharedRefusal(Match match) {
            return match.listeners().stream()
                    .filter(name -> shared.containsKey(name) && match.host() instanceof HostMatch.Any)
                    .findFirst()
                    .map(name ->
                            "for all hosts of listener \"" + name + "\" (expected: for a host, since the listener is"
                                    + " that of " + shared.get(name) + ", too)")
                    .orElse(null);
        }

        /** A route leads from its listeners. */
        void use(Match match) {
            used.addAll(match.listeners());
        }

        /** Gives up those from which nothing leads: whoever has something may have the port. */
        void giveUpUnused() {
            for (ListenerSpec spec : told) {
                boolean ledNowhere = (!spec.protocol().isHttp() || spec.apart()) && !used.contains(spec.name());
                if (ledNowhere && had.contains(spec.name())) {
                    remove(spec);
                    problems.add(new Problem("listener " + spec.name(), "left out, since no route leads from it"));
                }
            }
        }
    }
}
