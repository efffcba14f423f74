package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

/**
 * Where a definition comes from. Immutable.
 *
 * @param source the catalog, as in {@code file penstock.yaml}
 * @param place where in it, as in {@code line 12}; empty where there is no such thing
 */
public record Provenance(String source, String place) {
    /** The provenance of what a program defines itself. */
    public static final Provenance CODE = new Provenance("code", "");

    /** Checks for null. */
    public Provenance {
        requireNonNull(source, "source");
        requireNonNull(place, "place");
    }
}
