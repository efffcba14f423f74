package dev.penstock.admin;

/** Tells what became of a listener. Thread-safe. */
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
}
