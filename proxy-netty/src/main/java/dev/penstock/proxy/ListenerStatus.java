package dev.penstock.proxy;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * How a listener does. Immutable.
 *
 * @param address where it is bound
 * @param connections of clients that are open
 * @param refused how many clients were refused or cut off since it was bound, by reason; those of no client are left out
 */
public record ListenerStatus(InetSocketAddress address, int connections, Map<ClientRefusal, Long> refused) {
    /** Copies the counts. */
    public ListenerStatus {
        refused = Map.copyOf(refused);
    }
}
