package dev.penstock;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.CatalogDifference;
import dev.penstock.catalog.CatalogState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of what is in effect. Immutable.
 *
 * @param number counts the changes of one Penstock, {@code >= 1}
 * @param at when it was made, for people; null where no clock was given, see {@link PenstockBuilder#stamps}
 * @param source whose definitions changed; of several catalogs that changed together the names of all that are followed
 * @param difference what was different then, by name, the first {@value #MOST_NAMES} of each kind
 * @param omitted names of the difference beyond these
 * @param definitions everything that the source defined from then on; null where it is not known any more, or the source is
 *     a catalog that is followed
 */
public record Revision(
        long number,
        @Nullable Instant at,
        String source,
        CatalogDifference difference,
        int omitted,
        @Nullable CatalogState definitions) {
    /** The most names of each kind that are kept. */
    public static final int MOST_NAMES = 1_000;

    /** Checks for null. */
    public Revision {
        requireNonNull(source, "source");
        requireNonNull(difference, "difference");
    }

    static Revision of(
            long number,
            @Nullable Instant at,
            String source,
            CatalogDifference difference,
            @Nullable CatalogState definitions) {
        var kept = new CatalogDifference(
                first(difference.added()), first(difference.removed()), first(difference.changed()));
        return new Revision(number, at, source, kept, names(difference) - names(kept), definitions);
    }

    private static List<String> first(List<String> names) {
        return names.size() <= MOST_NAMES ? names : List.copyOf(names.subList(0, MOST_NAMES));
    }

    private static int names(CatalogDifference difference) {
        return difference.added().size()
                + difference.removed().size()
                + difference.changed().size();
    }

    /** How much its definitions hold. */
    int size() {
        return definitions == null
                ? 0
                : definitions.listeners().size()
                        + definitions.routes().size()
                        + definitions.services().stream()
                                .mapToInt(spec -> 1 + spec.endpoints().size())
                                .sum();
    }

    Revision withoutDefinitions() {
        return new Revision(number, at, source, difference, omitted, null);
    }
}
