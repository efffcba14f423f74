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
 * The last changes, as many of each file and each program, and of catalogs: those of a busy one are not to drive out the ones
 * of others that somebody may want back. Written under the lock of its owner, read by anybody.
 */
final class History {
    /** Of each source of files and code, and of all catalogs together. */
    static final int MOST = 20;

    /** Of all sources of files and code together. */
    static final int MOST_GIVEN = 200;

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
        List<Revision> same = given.stream()
                .filter(one -> one.source().equals(state.source()))
                .toList();
        if (same.size() > MOST) {
            remove(same.get(MOST));
        }
        bound(given, MOST_GIVEN);
        forget(given);
        publish();
    }

    /** The last change of a source of files or code was none. */
    void takeBack(String source) {
        given.stream().filter(one -> one.source().equals(source)).findFirst().ifPresent(this::remove);
        publish();
    }

    /** By its number: to compare all that two revisions define takes long. */
    private void remove(Revision revision) {
        given.removeIf(one -> one.number() == revision.number());
    }

    /** Catalogs have changed what they define. */
    void found(String sources, CatalogDifference difference) {
        found.addFirst(next(sources, difference, null));
        bound(found, MOST);
        publish();
    }

    private static void bound(Deque<Revision> revisions, int most) {
        while (revisions.size() > most) {
            revisions.removeLast();
        }
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
        List<Revision> both = new ArrayList<>(given);
        both.addAll(found);
        both.sort((one, other) -> Long.compare(other.number(), one.number()));
        all = List.copyOf(both);
    }

    /** The newest first. */
    List<Revision> all() {
        return all;
    }
}
