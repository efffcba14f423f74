package dev.penstock.request;

import org.jspecify.annotations.Nullable;

/**
 * A view of an incoming request: what routing and balancing may read of it.
 *
 * <p>Confined to the thread that decides; a view is read while the decision is made and kept by nobody. More than six
 * methods, because each is one fact of the same request and a caller that holds two views of it could mix them up.
 *
 * <p>A connection that is passed on as it is counts as one request, see {@link #isHttp()}.
 */
public interface Request {
    /**
     * The name of the listener it came in by.
     *
     * @return empty where there is no listener
     */
    String listener();

    /**
     * Tells whether it is a request of HTTP. What is not is a connection as a whole, of which nothing is known but its
     * listener, its client and perhaps the host that it asks for: only routes that name the listener are for it.
     *
     * @return false for a connection
     */
    default boolean isHttp() {
        return true;
    }

    /**
     * How it came in: by TLS or not.
     *
     * @return {@code http} or {@code https}; {@code tcp} where it is not HTTP
     */
    default String scheme() {
        return "http";
    }

    /**
     * The address of the client, the one that limits and affinity go by.
     *
     * @return an IP literal without port; empty when unknown
     */
    String client();

    /**
     * The request method.
     *
     * @return as sent, as in {@code GET}; empty where it is not HTTP
     */
    String method();

    /**
     * The host asked for, ready to be compared.
     *
     * @return lower case, without port and without one trailing dot, IPv6 in brackets; empty when there is none
     */
    String host();

    /**
     * The path, as sent.
     *
     * @return raw, not decoded, without query; begins with {@code /}, or is {@code *}, as of what is not HTTP
     */
    String path();

    /**
     * The query, as sent.
     *
     * @return raw, without the question mark; empty when there is none
     */
    String query();

    /**
     * A header's value.
     *
     * @param name compared without regard to case
     * @return the first value, or null if the request has no such header
     */
    @Nullable
    String header(String name);

    /**
     * Where earlier attempts of this request went.
     *
     * @return {@link Tried#NOTHING} at the first attempt
     */
    Tried tried();
}
