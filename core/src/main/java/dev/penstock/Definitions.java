package dev.penstock;

import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.CatalogValidation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The definitions of all catalogs, in the order in which the catalogs came. Confined to the lock of its Penstock. */
final class Definitions {
    private final Map<String, CatalogState> bySource = new LinkedHashMap<>();

    /**
     * All definitions as one: the first of each name.
     *
     * @param state the definitions
     * @param shadowed names that a later catalog defines again, as in {@code service orders}
     */
    record Merged(CatalogState state, List<String> shadowed) {}

    void put(CatalogState state) {
        bySource.put(state.source(), state);
    }

    /** What these would be with those of one source. */
    Definitions with(CatalogState state) {
        var copy = new Definitions();
        copy.bySource.putAll(bySource);
        copy.put(state);
        return copy;
    }

    /** What the definitions of one source may refer to besides each other. */
    CatalogValidation.Known known(String source, Set<String> balancers, Set<String> schemes) {
        Set<String> services = new HashSet<>();
        Set<String> listeners = new HashSet<>();
        bySource.forEach((other, state) -> {
            if (!other.equals(source)) {
                state.services().forEach(spec -> services.add(spec.name().value()));
                state.listeners().forEach(spec -> listeners.add(spec.name()));
            }
        });
        return new CatalogValidation.Known(balancers, schemes, services, listeners);
    }

    Merged merged() {
        List<String> shadowed = new ArrayList<>();
        return new Merged(
                new CatalogState(
                        String.join(", ", bySource.keySet()),
                        first("listener ", CatalogState::listeners, spec -> spec.name(), shadowed),
                        first(
                                "route ",
                                CatalogState::routes,
                                spec -> spec.route().name(),
                                shadowed),
                        first(
                                "service ",
                                CatalogState::services,
                                spec -> spec.name().value(),
                                shadowed)),
                shadowed);
    }

    private <T> List<T> first(
            String kind, Function<CatalogState, List<T>> part, Function<T, String> name, List<String> shadowed) {
        Set<String> names = new HashSet<>();
        List<T> specs = new ArrayList<>();
        for (CatalogState state : bySource.values()) {
            for (T spec : part.apply(state)) {
                if (names.add(name.apply(spec))) {
                    specs.add(spec);
                } else {
                    shadowed.add(kind + name.apply(spec));
                }
            }
        }
        return specs;
    }
}
