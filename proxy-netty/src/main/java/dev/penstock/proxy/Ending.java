package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * Who ended an exchange, a connection or a flow, and how far it had come. Immutable.
 *
 * @param by who ended it
 * @param during what was going on
 */
public record Ending(By by, During during) {
    /** Checks for null. */
    public Ending {
        requireNonNull(by, "by");
        requireNonNull(during, "during");
    }

    /** Who ended it. */
    public enum By {
        /** Nobody: it came to its end. */
        NOBODY,
        /** The client left, or broke its connection off. */
        CLIENT,
        /** The client was too slow: its body did not come, or it did not take its answer. */
        CLIENT_TIMEOUT,
        /** The endpoint could not be reached, broke its connection off, or sent what is no answer. */
        ENDPOINT,
        /** The endpoint was too slow, to be connected to or to answer. */
        ENDPOINT_TIMEOUT,
        /** The proxy: by its rules, its limits, since it has no endpoint, or at its own end. */
        PROXY,
        /** The time that the proxy gives the whole of it was over. */
        PROXY_TIMEOUT
    }

    /** What was going on. */
    public enum During {
        /** The request was read, routed and judged. */
        REQUEST,
        /** It waited in line for an endpoint, or none was to be had. */
        QUEUE,
        /** An endpoint was being connected to. */
        CONNECT,
        /** An endpoint had been sent what there was of the request, and its answer had not begun. */
        ANSWER,
        /** The answer was on its way. */
        BODY,
        /** Bytes were passed on both ways: a WebSocket, a TCP connection, a flow of datagrams. */
        TUNNEL
    }

    /**
     * The word for reports.
     *
     * @return {@code complete}, or as in {@code client_timeout.body}
     */
    public String token() {
        return by == By.NOBODY ? "complete" : word(by) + "." + word(during);
    }

    /**
     * Whether the proxy answered by itself what was no mistake, as a redirect.
     *
     * @param status what the client was sent
     * @return false for errors, and for what came to its end
     */
    boolean isOwnAnswer(int status) {
        return by == By.PROXY && during == During.REQUEST && status > 0 && status < 400;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
