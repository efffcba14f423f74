package dev.penstock.endpoint;

import static java.util.Objects.requireNonNull;

/**
 * The failure domain that an endpoint lives in. Immutable.
 *
 * @param name free text, compared as it stands; empty when unknown
 */
public record Zone(String name) {
    /** The zone of an endpoint whose source names none. */
    public static final Zone UNKNOWN = new Zone("");

    /** Checks for null. */
    public Zone {
        requireNonNull(name, "name");
    }

    @Override
    public String toString() {
        return name;
    }
}
