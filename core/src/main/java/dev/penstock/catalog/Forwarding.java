package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What endpoints are told of the client by X-Forwarded-For, -Proto, -Host, -Server and X-Real-IP. Immutable.
 *
 * @param forwardedFor what becomes of an X-Forwarded-For that comes in
 * @param trustedProxies whose X-Forwarded- and X-Real-IP headers are believed; empty: nobody's
 * @param serverName the value of X-Forwarded-Server; empty: the name of this machine
 */
public record Forwarding(ForwardedFor forwardedFor, List<AddressRange> trustedProxies, String serverName) {
    /** Copies the list. */
    public Forwarding {
        requireNonNull(forwardedFor, "forwardedFor");
        requireNonNull(serverName, "serverName");
        trustedProxies = List.copyOf(trustedProxies);
    }

    /**
     * The documented defaults.
     *
     * @return append, nobody trusted, the name of this machine
     */
    public static Forwarding defaults() {
        return new Forwarding(ForwardedFor.APPEND, List.of(), "");
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
