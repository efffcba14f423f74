package dev.penstock;

import static java.util.Objects.requireNonNull;

import dev.penstock.catalog.CatalogDifference;
import java.util.List;

/**
 * What came of applying a set of definitions. Immutable.
 *
 * @param source the catalog
 * @param difference what is different now
 * @param shadowed names that the catalog defines and an earlier catalog has defined already, which wins
 * @param table what is in effect now
 */
public record Applied(String source, CatalogDifference difference, List<String> shadowed, Table table) {
    /** Copies the list. */
    public Applied {
        requireNonNull(source, "source");
        requireNonNull(difference, "difference");
        requireNonNull(table, "table");
        shadowed = List.copyOf(shadowed);
    }
}
