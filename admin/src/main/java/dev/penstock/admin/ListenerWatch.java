package dev.penstock.admin;

/** Tells what became of a listener. Thread-safe. */
@FunctionalInterface
public interface ListenerWatch {
    /**
     * Waits until listeners are as a table defines them.
     *
     * @param tableVersion of that table or an earlier one
     * @param listener its name
     * @return why it is not open, one sentence; empty if it is, or is not defined
     */
    String problem(long tableVersion, String listener);
}
