package dev.penstock.discovery.docker;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a daemon. Immutable.
 *
 * @param snapshot the newest; null before the first
 * @param problem why it cannot be asked at the moment; empty if it can
 */
record Seen(@Nullable Snapshot snapshot, String problem) {
    static final Seen NOTHING = new Seen(null, "");
}
