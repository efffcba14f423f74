package dev.penstock.admin;

import dev.penstock.Revision;
import dev.penstock.catalog.CatalogState;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What definitions of the history were made of, for those that may be put back; the same object, not an equal one. Confined to
 * its writer; holds no more than the history does.
 *
 * @param <T> what they are made of
 */
final class Past<T> {
    private final IdentityHashMap<CatalogState, T> sources = new IdentityHashMap<>();

    /** Notes what has just been applied. */
    void add(CatalogState definitions, T source, List<Revision> history) {
        Set<CatalogState> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Revision revision : history) {
            if (revision.definitions() != null) {
                kept.add(revision.definitions());
            }
        }
        sources.keySet().retainAll(kept);
        sources.put(definitions, source);
    }

    /** Null where they are forgotten. */
    @Nullable
    T of(CatalogState definitions) {
        return sources.get(definitions);
    }
}
