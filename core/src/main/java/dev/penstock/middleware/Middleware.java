package dev.penstock.middleware;

/**
 * One piece that a route puts between its requests and its service. Immutable; those of a route work in the order in which it
 * lists them.
 */
public sealed interface Middleware
        permits AddPrefix,
                AddressList,
                BasicAuth,
                BodyLimit,
                Compression,
                HeaderEdits,
                InFlightLimit,
                RateLimit,
                Redirect,
                ReplacePath,
                Respond,
                Split,
                StripPrefix {
    /**
     * What it does, as people say it.
     *
     * @return one line without secrets
     */
    String text();

    /**
     * Tells whether it goes by the path or keeps requests out. Where it does, no path may have segments that somebody takes
     * for another path than the one that was matched.
     *
     * @return true for most
     */
    default boolean isStrict() {
        return true;
    }

    /**
     * Tells whether it has a meaning for a connection that is passed on as it is, see
     * {@link dev.penstock.request.Request#isHttp()}.
     *
     * @return false for most
     */
    default boolean isForConnections() {
        return false;
    }
}
