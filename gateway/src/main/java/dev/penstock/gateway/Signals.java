package dev.penstock.gateway;

import java.util.function.IntConsumer;

/** The wishes of the operating system that the program end. */
@FunctionalInterface
interface Signals {
    /**
     * Watches from now on.
     *
     * @param observer told the number of each SIGTERM and SIGINT, on a thread of the system
     */
    void watch(IntConsumer observer);
}
