package dev.penstock.gateway;

import java.util.function.IntConsumer;

/** The wishes of the operating system. */
@FunctionalInterface
interface Signals {
    /**
     * Watches for a signal from now on, in place of what it does by itself.
     *
     * @param name as in {@code TERM}
     * @param observer told the number of the signal at each, on a thread of the system
     */
    void watch(String name, IntConsumer observer);
}
