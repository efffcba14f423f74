package dev.penstock.proxy;

import dev.penstock.proxy.http1.FieldLine;

/** The other end of a client's connection. Immutable. */
final class Peer {
    private final String text;
    private final boolean trusted;
    private final FieldLine forwardedFor;
    private final FieldLine realIp;

    /**
     * Where a connection comes from.
     *
     * @param text its address as an IP literal
     * @param trusted whether it is one of the proxies whose word counts
     */
    Peer(String text, boolean trusted) {
        this.text = text;
        this.trusted = trusted;
        this.forwardedFor = FieldLine.of(ForwardingHeaders.FOR, text);
        this.realIp = FieldLine.of(ForwardingHeaders.REAL_IP, text);
    }

    String text() {
        return text;
    }

    boolean trusted() {
        return trusted;
    }

    /** X-Forwarded-For of a request that has come by nobody else. */
    FieldLine forwardedFor() {
        return forwardedFor;
    }

    /** X-Real-IP where it is the client itself. */
    FieldLine realIp() {
        return realIp;
    }
}
