package dev.penstock.admin;

import java.util.Map;

/**
 * What a running program says of one listener. Immutable.
 *
 * @param address where it is bound
 * @param connections of clients that are open
 * @param refused how many clients were refused or cut off, by reason
 */
public record ListenerFacts(String address, int connections, Map<String, Long> refused) {
    /** Copies the counts. */
    public ListenerFacts {
        refused = Map.copyOf(refused);
    }
}
