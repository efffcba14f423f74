package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.resolve.AddressRange;
import java.util.List;

/**
 * Whom the proxy takes for the client, and what endpoints are told of it: X-Forwarded-For, -Proto, -Host, -Server, X-Real-IP
 * and X-Request-Id always, others by option. Immutable.
 *
 * @param forwardedFor what becomes of an X-Forwarded-For that comes in
 * @param trustedProxies whose X-Forwarded-, X-Real-IP, X-Request-Id and Forwarded headers are believed; empty: nobody's
 * @param serverName the value of X-Forwarded-Server and of Via; empty: the name of this machine
 * @param standard whether the Forwarded header of RFC 7239 is written as well
 * @param via whether requests and answers get a Via header (RFC 9110, 7.6.3), by which loops are found
 * @param requestId whether requests get an X-Request-Id
 * @param proxyProtocol whose connections begin with a PROXY header that names the client; those of all others are closed.
 *     Empty: a PROXY header has no meaning
 */
public record Forwarding(
        ForwardedFor forwardedFor,
        List<AddressRange> trustedProxies,
        String serverName,
        boolean standard,
        boolean via,
        boolean requestId,
        List<AddressRange> proxyProtocol) {
    /** Copies the lists and checks the name. */
    public Forwarding {
        requireNonNull(forwardedFor, "forwardedFor");
        if (!serverName.matches("[0-9A-Za-z._~:\\[\\]-]*")) {
            throw new IllegalArgumentException("serverName: \"" + serverName + "\" (expected: a host name)");
        }
        trustedProxies = List.copyOf(trustedProxies);
        proxyProtocol = List.copyOf(proxyProtocol);
    }

    /**
     * The documented defaults.
     *
     * @return append, nobody trusted, the name of this machine, request ids; no Forwarded, no Via, no PROXY header
     */
    public static Forwarding defaults() {
        return new Forwarding(ForwardedFor.APPEND, List.of(), "", false, false, true, List.of());
    }

    /**
     * The same with another way to treat X-Forwarded-For.
     *
     * @param forwardedFor see {@link #forwardedFor()}
     * @return a copy
     */
    public Forwarding withForwardedFor(ForwardedFor forwardedFor) {
        return new Forwarding(forwardedFor, trustedProxies, serverName, standard, via, requestId, proxyProtocol);
    }

    /**
     * The same with other proxies trusted.
     *
     * @param ranges see {@link #trustedProxies()}
     * @return a copy
     */
    public Forwarding withTrustedProxies(AddressRange... ranges) {
        return new Forwarding(forwardedFor, List.of(ranges), serverName, standard, via, requestId, proxyProtocol);
    }

    /**
     * The same with another name.
     *
     * @param serverName see {@link #serverName()}
     * @return a copy
     */
    public Forwarding withServerName(String serverName) {
        return new Forwarding(forwardedFor, trustedProxies, serverName, standard, via, requestId, proxyProtocol);
    }

    /**
     * The same with or without some headers.
     *
     * @param standard see {@link #standard()}
     * @param via see {@link #via()}
     * @param requestId see {@link #requestId()}
     * @return a copy
     */
    public Forwarding withHeaders(boolean standard, boolean via, boolean requestId) {
        return new Forwarding(forwardedFor, trustedProxies, serverName, standard, via, requestId, proxyProtocol);
    }

    /**
     * The same with PROXY headers from others.
     *
     * @param ranges see {@link #proxyProtocol()}
     * @return a copy
     */
    public Forwarding withProxyProtocol(AddressRange... ranges) {
        return new Forwarding(forwardedFor, trustedProxies, serverName, standard, via, requestId, List.of(ranges));
    }

    /** What becomes of an X-Forwarded-For that comes in. */
    public enum ForwardedFor {
        /** The client's address is put after it. */
        APPEND,
        /** The client's address takes its place. */
        REPLACE,
        /** It is kept; the client's address is sent only where there is none. */
        IF_ABSENT
    }
}
