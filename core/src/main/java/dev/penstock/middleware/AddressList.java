package dev.penstock.middleware;

import dev.penstock.request.Request;
import dev.penstock.resolve.AddressRange;
import dev.penstock.resolve.IpLiteral;
import java.net.InetAddress;
import java.util.List;

/**
 * Lets clients in by their addresses. Immutable.
 *
 * @param allow only these; empty: all
 * @param deny none of these, also where {@code allow} has them
 */
public record AddressList(List<AddressRange> allow, List<AddressRange> deny) implements Middleware {
    /** Copies the lists. */
    public AddressList {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        if (allow.isEmpty() && deny.isEmpty()) {
            throw new IllegalArgumentException("addresses: none (expected: allow, deny or both)");
        }
    }

    /**
     * Tells whether the client of a request is let in.
     *
     * @param request what came in
     * @return false as well where its address cannot be read
     */
    public boolean admits(Request request) {
        InetAddress client = IpLiteral.parse(request.client()).orElse(null);
        return client != null && (allow.isEmpty() || contain(allow, client)) && !contain(deny, client);
    }

    private static boolean contain(List<AddressRange> ranges, InetAddress address) {
        for (AddressRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String text() {
        return "addresses" + (allow.isEmpty() ? "" : ", allow " + allow) + (deny.isEmpty() ? "" : ", deny " + deny);
    }

    @Override
    public boolean isForConnections() {
        return true;
    }
}
