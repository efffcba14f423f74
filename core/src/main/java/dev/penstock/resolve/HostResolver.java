package dev.penstock.resolve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the IP addresses of a host name. Thread-safe. May block: called on the control path only. */
@FunctionalInterface
public interface HostResolver {
    /**
     * Looks a name up.
     *
     * @param host a name; IP literals are not asked for
     * @return at least one address, the preferred one first
     * @throws UnknownHostException if the name is not known, or nobody who would know can be reached
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /**
     * What the machine uses: its hosts file and name servers, by way of the JDK and its cache.
     *
     * @return a resolver without state of its own
     */
    static HostResolver system() {
        return SystemHostResolver.INSTANCE;
    }
}
