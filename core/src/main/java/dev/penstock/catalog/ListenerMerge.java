package dev.penstock.catalog;

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
 * <p>Two catalogs that define one alike share it; what they lead from it to, their routes decide among each other.
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

    /** Takes one that was discovered, or one that is there alike; says why where it cannot. */
    @Nullable
    Problem find(ListenerSpec spec) {
        ListenerSpec named = byName.get(spec.name());
        if (named != null && discovered.contains(spec.name()) && isAlike(named, spec)) {
            return null;
        }
        ListenerSpec there = byPort.getOrDefault(key(spec), List.of()).stream()
                .filter(other -> CatalogValidation.overlap(other, spec))
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

    private static boolean isAlike(ListenerSpec one, ListenerSpec other) {
        return one.withProvenance(Provenance.CODE).equals(other.withProvenance(Provenance.CODE));
    }

    /** Gives up one that was found. */
    void remove(ListenerSpec spec) {
        byName.remove(spec.name());
        discovered.remove(spec.name());
        byPort.getOrDefault(key(spec), new ArrayList<>()).remove(spec);
    }
}
