package dev.penstock.runtime;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Bound addresses as texts. Stateless. */
final class Addresses {
    private Addresses() {}

    /** As it stands in a URL: an IPv6 address in brackets, {@code *} for all addresses. */
    static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            return address.getHostString() + ":" + address.getPort();
        }
        String literal = ip.isAnyLocalAddress() ? "*" : ip.getHostAddress();
        return (literal.indexOf(':') >= 0 ? "[" + literal + "]" : literal) + ":" + address.getPort();
    }
}
