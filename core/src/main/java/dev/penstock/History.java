package dev.penstock;

import dev.penstock.catalog.CatalogDifference;
import dev.penstock.catalog.CatalogState;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last changes: as many of files and code as of catalogs, for those of a busy catalog are not to drive out the ones that
 * somebody may want back. Written under the lock of its owner, read by anybody.
 */
final class History {
    /** Of files and code, and of catalogs. */
    static final int MOST = 20;

    /** Listeners, routes, services and endpoints in all definitions that are kept together: some 100 MB at most. */
    static final int MOST_DEFINITIONS = 200_000;

    private final @Nullable InstantSource clock;
    private final Deque<Revision> given = new ArrayDeque<>(); // the newest first, as below
    private final Deque<Revision> found = new ArrayDeque<>();
    private long number;
    private volatile List<Revision> all = List.of();

    History(@Nullable InstantSource clock) {
        this.clock = clock;
    }

    /** A source of files or code has changed what it defines. */
    void given(CatalogState state, CatalogDifference difference) {
        given.addFirst(next(state.source(), difference, state));
        forget(given);
        publish();
    }

    /** Catalogs have changed what they define. */
    void found(String sources, CatalogDifference difference) {
        found.addFirst(next(sources, difference, null));
        publish();
    }

    private Revision next(String source, CatalogDifference difference, @Nullable CatalogState definitions) {
        number++;
        return Revision.of(number, clock == null ? null : clock.instant(), source, difference, definitions);
    }

    /** Of the older ones the definitions, where they hold too much. */
    private static void forget(Deque<Revision> revisions) {
        List<Revision> kept = new ArrayList<>();
        long size = 0;
        for (Revision revision : revisions) {
            size += revision.size();
            kept.add(size <= MOST_DEFINITIONS ? revision : revision.withoutDefinitions());
        }
        revisions.clear();
        revisions.addAll(kept);
    }

    private void publish() {
        List<Revision> both = new ArrayList<>();
        for (Deque<Revision> some : List.of(given, found)) {
            while (some.size() > MOST) {
                some.removeLast();
            }
            both.addAll(some);
        }
        both.sort((one, other) -> Long.compare(other.number(), one.number()));
        all = List.copyOf(both);
    }

    /** The newest first. */
    List<Revision> all() {
        return all;
    }
}
