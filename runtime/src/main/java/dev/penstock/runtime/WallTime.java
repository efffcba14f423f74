package dev.penstock.runtime;

import java.time.InstantSource;

/** The time of day, for what people read: nothing is decided by it. */
final class WallTime {
    private WallTime() {}

    static InstantSource system() {
        return InstantSource.system();
    }
}
