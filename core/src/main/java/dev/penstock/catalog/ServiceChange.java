package dev.penstock.catalog;

import dev.penstock.catalog.CatalogMerge.Merged;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The change that nearly all changes of catalogs are: services that stay have other endpoints, or another rule. Whose
 * names, listeners and routes are whose stays as it is then, and need not be found out again.
 */
public final class ServiceChange {
    private final IdentityHashMap<ServiceSpec, ServiceSpec> changed = new IdentityHashMap<>();

    private ServiceChange() {}

    /**
     * Puts changed services into definitions that were merged before.
     *
     * @param before what catalogs defined
     * @param after what they define now
     * @param merged what came of the former, see {@link CatalogMerge#of}
     * @return what comes of the latter; null if more than services changed, so that all is to be merged again
     */
    public static @Nullable Merged of(List<CatalogState> before, List<CatalogState> after, Merged merged) {
        var change = new ServiceChange();
        if (before.size() != after.size()) {
            return null;
        }
        for (int i = 0; i < after.size(); i++) {
            if (!change.takes(before.get(i), after.get(i))) {
                return null;
            }
        }
        return change.in(merged);
    }

    private boolean takes(CatalogState before, CatalogState after) {
        return before.source().equals(after.source())
                && before.listeners().equals(after.listeners())
                && before.routes().equals(after.routes())
                && takes(before.services(), after.services());
    }

    private boolean takes(List<ServiceSpec> before, List<ServiceSpec> after) {
        if (before.size() != after.size()) {
            return false;
        }
        for (int i = 0; i < after.size(); i++) {
            ServiceSpec old = before.get(i);
            ServiceSpec next = after.get(i);
            if (!old.equals(next) && !isMergedAlike(old, next)) {
                return false;
            }
            changed.put(old, next); // also an equal one: the change after this is looked for by that object
        }
        return true;
    }

    /** A merge goes by the name, by where it is from, and by whether it leads anywhere, see {@link CatalogMerge}. */
    private static boolean isMergedAlike(ServiceSpec old, ServiceSpec next) {
        return old.name().equals(next.name())
                && old.provenance().equals(next.provenance())
                && leadsSomewhere(old)
                && leadsSomewhere(next);
    }

    private static boolean leadsSomewhere(ServiceSpec spec) {
        return !spec.endpoints().isEmpty() || !spec.discover().isEmpty();
    }

    /** By identity: of two services of one name that which another one won stays out. */
    private Merged in(Merged merged) {
        CatalogState state = merged.state();
        List<ServiceSpec> services = state.services().stream()
                .map(spec -> changed.getOrDefault(spec, spec))
                .toList();
        return new Merged(
                new CatalogState(state.source(), state.listeners(), state.routes(), services),
                merged.tiers(),
                merged.shadowed(),
                merged.discovered(),
                merged.apart(),
                merged.lost());
    }
}
