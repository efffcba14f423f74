package dev.penstock.admin;

/** The last exchanges that did not go well, as they are told. Thread-safe. */
@FunctionalInterface
public interface RecentExchanges {
    /** The most that one answer may be limited to; more are never kept. */
    int MOST = 200_000;

    /**
     * Tells them, the last to end first.
     *
     * @param service the name of the service they were with; empty: all, also those of none
     * @param limit how many at most, {@code 1..MOST}
     * @return a list in JSON
     */
    String json(String service, int limit);
}
