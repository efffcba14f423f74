package dev.penstock.discovery.dns;

import dev.penstock.time.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Which nameservers to ask and which domains to search, as of now. Thread-safe. */
final class Servers {
    private static final ResolvConf NOTHING = new ResolvConf(List.of(), List.of(), 1);
    private static final long NAMES_NANOS = Duration.ofSeconds(60).toNanos();

    private final Where where;
    private final ResolvConfFile file;
    private final Ticker ticker;
    private List<InetSocketAddress> resolved = List.of();
    private long resolvedNanos;
    private volatile ResolvConf last = NOTHING;

    Servers(Where where, Ticker ticker) {
        this.where = where;
        this.ticker = ticker;
        file = new ResolvConfFile(where.resolvConf(), ticker);
    }

    /**
     * The servers of the URI, or those of the system, with the system's domains. May block, where servers are names.
     *
     * @throws DnsProblem if there are none
     */
    ResolvConf current() {
        if (where.servers().isEmpty()) {
            ResolvConf system = file.current();
            if (system.servers().isEmpty()) {
                throw new DnsProblem(where.resolvConf() + ": no nameserver (expected: a line \"nameserver ADDRESS\")");
            }
            return system;
        }
        ResolvConf system = system();
        var now = new ResolvConf(addresses(), system.search(), system.ndots());
        ResolvConf before = last;
        if (now.equals(before)) {
            return before; // the same object, so that it need not be compared again for each question
        }
        last = now;
        return now;
    }

    private ResolvConf system() {
        try {
            return file.current();
        } catch (DnsProblem e) {
            return NOTHING; // it is only needed for its domains
        }
    }

    private synchronized List<InetSocketAddress> addresses() {
        long now = ticker.nanos();
        if (resolved.isEmpty() || now - resolvedNanos > NAMES_NANOS) {
            List<InetSocketAddress> addresses = new ArrayList<>();
            for (InetSocketAddress server : where.servers()) {
                addresses.addAll(addresses(server));
            }
            if (!addresses.isEmpty()) {
                resolved = List.copyOf(addresses);
                resolvedNanos = now;
            }
        }
        if (resolved.isEmpty()) {
            throw new DnsProblem("nameservers: " + where.servers() + " (expected: names that the system knows)");
        }
        return resolved;
    }

    private static List<InetSocketAddress> addresses(InetSocketAddress server) {
        if (!server.isUnresolved()) {
            return List.of(server);
        }
        try {
            List<InetSocketAddress> addresses = new ArrayList<>();
            for (InetAddress address : InetAddress.getAllByName(server.getHostString())) {
                addresses.add(new InetSocketAddress(address, server.getPort()));
            }
            return addresses;
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
