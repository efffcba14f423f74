package dev.penstock;

import dev.penstock.catalog.CatalogMerge;
import dev.penstock.catalog.CatalogMerge.Merged;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.CatalogValidation;
import dev.penstock.catalog.ServiceChange;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What everyone defines, and all of that as one. Immutable. */
final class Definitions {
    static final Definitions NONE = new Definitions(Map.of(), List.of(), Set.of());

    private final Map<String, CatalogState> given;
    private final List<CatalogState> found;
    private final Set<Integer> reserved;
    private final Merged merged;

    /**
     * Definitions as one.
     *
     * @param given by source, what was applied by files and code, in the order in which they came
     * @param found what the followed catalogs define, in the order of the catalogs
     * @param reserved ports of TCP that these do not get
     */
    private Definitions(Map<String, CatalogState> given, List<CatalogState> found, Set<Integer> reserved) {
        this(given, found, reserved, CatalogMerge.of(given.values(), found, reserved));
    }

    private Definitions(
            Map<String, CatalogState> given, List<CatalogState> found, Set<Integer> reserved, Merged merged) {
        this.given = given;
        this.found = List.copyOf(found);
        this.reserved = Set.copyOf(reserved);
        this.merged = merged;
    }

    Merged merged() {
        return merged;
    }

    /** Files and code that define something, the strongest first. */
    List<String> givers() {
        return given.values().stream()
                .filter(state -> !(state.listeners().isEmpty()
                        && state.routes().isEmpty()
                        && state.services().isEmpty()))
                .map(CatalogState::source)
                .toList();
    }

    /** What one source of files and code defines. */
    CatalogState given(String source) {
        CatalogState state = given.get(source);
        return state == null ? new CatalogState(source, List.of(), List.of(), List.of()) : state;
    }

    /** What these would be with those of one source. */
    Definitions with(CatalogState state) {
        Map<String, CatalogState> more = new LinkedHashMap<>(given);
        more.put(state.source(), state);
        return new Definitions(more, found, reserved);
    }

    /** What these would be with these of catalogs, which do not get some ports. */
    Definitions withFound(List<CatalogState> found, Set<Integer> reserved) {
        Merged same = reserved.equals(this.reserved) ? ServiceChange.of(this.found, found, merged) : null;
        if (same != null) {
            return new Definitions(given, found, reserved, same);
        }
        return new Definitions(given, found, reserved);
    }

    /**
     * What the definitions of one source may refer to besides each other. Not to what catalogs define: that may come later
     * and go at any time.
     */
    CatalogValidation.Known known(String source, Set<String> schemes) {
        Set<String> services = new HashSet<>();
        Set<String> listeners = new HashSet<>();
        given.forEach((other, state) -> {
            if (!other.equals(source)) {
                state.services().forEach(spec -> services.add(spec.name().value()));
                state.listeners().forEach(spec -> listeners.add(spec.name()));
            }
        });
        return new CatalogValidation.Known(schemes, services, listeners);
    }
}
