package dev.penstock;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.CatalogDifference;
import dev.penstock.catalog.CatalogMerge;
import dev.penstock.catalog.CatalogMerge.Merged;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Provenance;
import dev.penstock.route.RouteTable;
import dev.penstock.route.Unreached;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What would come of applying a set of definitions. Immutable.
 *
 * @param source whose they are
 * @param difference what would be different
 * @param shadowed names that they define and an earlier source has defined already, which wins
 * @param taken what they define and another source has now, under the same name or, for a listener, at the same address: the
 *     name, as in {@code service orders}, with that source
 * @param unreached routes that no request would come to and that are there now with requests coming, or are not there
 */
public record Planned(
        String source,
        CatalogDifference difference,
        List<String> shadowed,
        Map<String, String> taken,
        List<Unreached> unreached) {
    /** Copies the collections. */
    public Planned {
        requireNonNull(source, "source");
        requireNonNull(difference, "difference");
        shadowed = List.copyOf(shadowed);
        taken = Map.copyOf(taken);
        unreached = List.copyOf(unreached);
    }

    /**
     * What would come of definitions in the place of others, where there is nothing else.
     *
     * @param before the old ones
     * @param after the new ones
     * @return with the difference between them
     */
    public static Planned between(CatalogState before, CatalogState after) {
        return of(after, alone(before), alone(after)).withoutOthers();
    }

    private static Merged alone(CatalogState state) {
        return CatalogMerge.of(List.of(state), List.of(), Set.of());
    }

    private Planned withoutOthers() {
        return new Planned(source, difference, shadowed, Map.of(), unreached);
    }

    static Planned of(CatalogState state, Merged before, Merged after) {
        Set<String> known = new HashSet<>();
        unreached(before).forEach(one -> known.add(one.route()));
        return new Planned(
                state.source(),
                CatalogDifference.between(before.state(), after.state()),
                after.shadowed(),
                taken(state, before.state()),
                unreached(after).stream()
                        .filter(one -> !known.contains(one.route()))
                        .toList());
    }

    private static List<Unreached> unreached(Merged merged) {
        List<ListenerSpec> listeners = merged.state().listeners();
        var routes = RouteTable.compileTiers(merged.tiers(), merged.apart()).routes();
        return Unreached.among(
                routes,
                listeners.isEmpty()
                        ? Unreached.Doors.NONE
                        : new Unreached.Doors(
                                names(listeners, spec -> spec.protocol().isHttp() && !spec.apart()),
                                names(listeners, spec -> spec.protocol().isHttp() && spec.apart()),
                                names(listeners, spec -> !spec.protocol().isHttp())));
    }

    private static Set<String> names(List<ListenerSpec> listeners, Function<ListenerSpec, Boolean> which) {
        return listeners.stream().filter(which::apply).map(ListenerSpec::name).collect(Collectors.toSet());
    }

    private static Map<String, String> taken(CatalogState state, CatalogState now) {
        Map<String, String> taken = new LinkedHashMap<>();
        for (ListenerSpec own : state.listeners()) {
            for (ListenerSpec other : now.listeners()) {
                if (isOther(other.provenance(), state)
                        && (other.name().equals(own.name()) || (own.port() != 0 && other.overlaps(own)))) {
                    taken.putIfAbsent(
                            "listener " + own.name(), other.provenance().source());
                }
            }
        }
        Map<String, Provenance> others = new LinkedHashMap<>();
        now.routes().forEach(spec -> others.put("route " + spec.route().name(), spec.provenance()));
        now.services().forEach(spec -> others.put("service " + spec.name(), spec.provenance()));
        state.routes().forEach(spec -> note(taken, "route " + spec.route().name(), others, state));
        state.services().forEach(spec -> note(taken, "service " + spec.name(), others, state));
        return taken;
    }

    private static void note(
            Map<String, String> taken, String name, Map<String, Provenance> others, CatalogState state) {
        Provenance other = others.get(name);
        if (other != null && isOther(other, state)) {
            taken.put(name, other.source());
        }
    }

    private static boolean isOther(Provenance provenance, CatalogState state) {
        return !provenance.source().equals(state.source());
    }
}
