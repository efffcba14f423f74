package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a source that is read as a whole. Immutable.
 *
 * @param <S> what a read finds
 * @param snapshot the newest; null before the first
 * @param problem why it cannot be asked at the moment; empty if it can
 */
public record Seen<S>(@Nullable S snapshot, String problem) {
    /** Checks for null. */
    public Seen {
        requireNonNull(problem, "problem");
    }

    /**
     * Before the first read.
     *
     * @param <S> what a read finds
     * @return neither a snapshot nor a problem
     */
    public static <S> Seen<S> nothing() {
        return new Seen<>(null, "");
    }
}
