package dev.penstock.catalog;

/**
 * How many clients may be connected to a listener, and what one of them may cost. Immutable.
 *
 * @param most connections at the same time, {@code 1..1000000}; where the system allows the process fewer descriptors, so
 *     many fewer
 * @param perAddress connections of one address at the same time, {@code 0..1000000}; {@code 0}: half of {@code most}. An
 *     IPv6 network of 64 bits counts as one address; trusted proxies are not counted
 * @param bodyRate bytes per second that a request body comes in at, {@code 0..1073741824}; one that lags behind by the body
 *     timeout gets 408; {@code 0}: any
 * @param bufferBytes what may wait to be sent to a client before no more is read for it, {@code 1024..16777216}
 * @param leftoverBytes what a client may go on sending whose connection ends with the answer that it has, so that it gets
 *     to read that, {@code 0..1073741824}; it is dropped, and beyond it the connection is reset
 * @param clientHelloBytes the longest first message of TLS, all its records together, {@code 1024..1048576}; beyond: closed
 * @param proxyHeaderBytes the longest PROXY header of version 2 with all that follows its addresses, {@code 256..65551};
 *     beyond: closed. Version 1 has 107 bytes at most
 */
public record ConnectionLimits(
        int most,
        int perAddress,
        int bodyRate,
        int bufferBytes,
        int leftoverBytes,
        int clientHelloBytes,
        int proxyHeaderBytes) {
    /** The longest PROXY header that there can be: 16 bytes, and what their two bytes of length tell. */
    public static final int MAX_PROXY_HEADER_BYTES = 16 + 65_535;

    /** Checks every component against its range. */
    public ConnectionLimits {
        check("most", most, 1, 1_000_000);
        check("perAddress", perAddress, 0, 1_000_000);
        check("bodyRate", bodyRate, 0, 1 << 30);
        check("bufferBytes", bufferBytes, 1 << 10, 16 << 20);
        check("leftoverBytes", leftoverBytes, 0, 1 << 30);
        check("clientHelloBytes", clientHelloBytes, 1 << 10, 1 << 20);
        check("proxyHeaderBytes", proxyHeaderBytes, 256, MAX_PROXY_HEADER_BYTES);
    }

    private static void check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    /**
     * The documented defaults.
     *
     * @return 20,000 connections, half of them for one address, 240 bytes per second, 64 KiB, 4 MiB, 16 KiB, 4 KiB
     */
    public static ConnectionLimits defaults() {
        return new ConnectionLimits(20_000, 0, 240, 64 << 10, 4 << 20, 16 << 10, 4 << 10);
    }

    /**
     * The connections of one address that are allowed.
     *
     * @return {@code >= 1}
     */
    public int mostPerAddress() {
        return perAddress == 0 ? Math.max(1, most / 2) : perAddress;
    }

    /**
     * The same with other numbers of connections.
     *
     * @param most see {@link #most()}
     * @param perAddress see {@link #perAddress()}
     * @return a copy
     */
    public ConnectionLimits withMost(int most, int perAddress) {
        return new ConnectionLimits(
                most, perAddress, bodyRate, bufferBytes, leftoverBytes, clientHelloBytes, proxyHeaderBytes);
    }

    /**
     * The same with another rate of bodies.
     *
     * @param bodyRate see {@link #bodyRate()}
     * @return a copy
     */
    public ConnectionLimits withBodyRate(int bodyRate) {
        return new ConnectionLimits(
                most, perAddress, bodyRate, bufferBytes, leftoverBytes, clientHelloBytes, proxyHeaderBytes);
    }

    /**
     * The same with another buffer.
     *
     * @param bufferBytes see {@link #bufferBytes()}
     * @return a copy
     */
    public ConnectionLimits withBufferBytes(int bufferBytes) {
        return new ConnectionLimits(
                most, perAddress, bodyRate, bufferBytes, leftoverBytes, clientHelloBytes, proxyHeaderBytes);
    }

    /**
     * The same with another leftover.
     *
     * @param leftoverBytes see {@link #leftoverBytes()}
     * @return a copy
     */
    public ConnectionLimits withLeftoverBytes(int leftoverBytes) {
        return new ConnectionLimits(
                most, perAddress, bodyRate, bufferBytes, leftoverBytes, clientHelloBytes, proxyHeaderBytes);
    }

    /**
     * The same with another longest first message of TLS.
     *
     * @param clientHelloBytes see {@link #clientHelloBytes()}
     * @return a copy
     */
    public ConnectionLimits withClientHelloBytes(int clientHelloBytes) {
        return new ConnectionLimits(
                most, perAddress, bodyRate, bufferBytes, leftoverBytes, clientHelloBytes, proxyHeaderBytes);
    }

    /**
     * The same with another longest PROXY header.
     *
     * @param proxyHeaderBytes see {@link #proxyHeaderBytes()}
     * @return a copy
     */
    public ConnectionLimits withProxyHeaderBytes(int proxyHeaderBytes) {
        return new ConnectionLimits(
                most, perAddress, bodyRate, bufferBytes, leftoverBytes, clientHelloBytes, proxyHeaderBytes);
    }
}
