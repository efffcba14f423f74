package dev.penstock.admin;

import dev.penstock.Revision;
import dev.penstock.catalog.CatalogState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What definitions of the history were made of, for those that may be put back. Confined to its writer; holds no more than the
 * history does.
 *
 * @param <T> what they are made of
 */
final class Past<T> {
    private record Entry<T>(CatalogState definitions, T source) {}

    private final List<Entry<T>> entries = new ArrayList<>();

    /** Notes what has just been applied. */
    void add(CatalogState definitions, T source, List<Revision> history) {
        entries.removeIf(
                entry -> history.stream().noneMatch(revision -> revision.definitions() == entry.definitions()));
        entries.add(new Entry<>(definitions, source));
    }

    /** Null where they are forgotten. */
    @Nullable
    T of(CatalogState definitions) {
        for (Entry<T> entry : entries) {
            if (entry.definitions() == definitions) {
                return entry.source();
            }
        }
        return null;
    }
}
