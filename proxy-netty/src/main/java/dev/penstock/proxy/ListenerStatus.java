package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * How a listener does. Immutable.
 *
 * @param address where it is bound, or is to be
 * @param connections of clients that are open
 * @param refused how many clients were refused or cut off since it was bound, by reason; those of no client are left out
 * @param problem why it is not bound, one sentence; it is tried again from time to time. Empty: it is
 */
public record ListenerStatus(
        InetSocketAddress address, int connections, Map<ClientRefusal, Long> refused, String problem) {
    /** Copies the counts. */
    public ListenerStatus {
        requireNonNull(problem, "problem");
        refused = Map.copyOf(refused);
    }

    /**
     * Tells whether it takes clients.
     *
     * @return false if there is a {@link #problem()}
     */
    public boolean isOpen() {
        return problem.isEmpty();
    }
}
