package dev.penstock.proxy;

import dev.penstock.time.Ticker;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of this machine that clients can send to, listed once for all who ask within a second. Thread-safe.
 */
final class MachineAddresses {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    /** Lists all addresses of the network interfaces. */
    @FunctionalInterface
    interface Listing {
        Set<InetAddress> list() throws SocketException;
    }

    private final Ticker ticker;
    private final Listing listing;
    private @Nullable Set<InetAddress> listed; // guarded by this object, as is the next
    private long listedNanos;

    MachineAddresses(Ticker ticker) {
        this(ticker, MachineAddresses::list);
    }

    MachineAddresses(Ticker ticker, Listing listing) {
        this.ticker = ticker;
        this.listing = listing;
    }

    /** Those that hold on one link alone (RFC 4291) are left out. */
    private static Set<InetAddress> list() throws SocketException {
        Set<InetAddress> found = new LinkedHashSet<>();
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLinkLocalAddress() || address instanceof Inet4Address)
                .forEach(found::add);
        return found;
    }

    /** All of them, or those of IPv4. */
    synchronized Set<InetAddress> all(boolean v6) throws SocketException {
        long now = ticker.nanos();
        Set<InetAddress> known = listed;
        if (known == null || now - listedNanos >= FRESH_NANOS) {
            known = listing.list();
            listed = known;
            listedNanos = now;
        }
        Set<InetAddress> wanted = new LinkedHashSet<>(known);
        wanted.removeIf(address -> !v6 && !(address instanceof Inet4Address));
        return wanted;
    }
}
