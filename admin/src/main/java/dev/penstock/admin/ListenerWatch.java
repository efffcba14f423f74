package dev.penstock.admin;

import dev.penstock.catalog.ListenerSpec;

/** Tells what became of a listener, and what would. Thread-safe. */
@FunctionalInterface
public interface ListenerWatch {
    /**
     * Waits until listeners are as a table defines them.
     *
     * @param tableVersion of that table or an earlier one
     * @param listener its name
     * @return what became of it
     */
    ListenerOutcome outcome(long tableVersion, String listener);

    /**
     * Tries whether a listener could be bound now, and takes no client.
     *
     * @param listener at an address that no listener of the table has
     * @return why not, one sentence; empty: it could be, or that is not known before it is tried in earnest
     */
    default String obstacle(ListenerSpec listener) {
        return "";
    }
}
