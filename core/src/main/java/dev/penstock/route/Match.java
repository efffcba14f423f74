package dev.penstock.route;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;

/**
 * The condition of a route: all of its parts must hold. Immutable.
 *
 * @param host the host asked for
 * @param path the raw path
 * @param methods one of these, compared as they stand; empty: any
 * @param headers all of these
 * @param query all of these
 * @param listeners one of these; empty: any
 * @param schemes one of these, {@code http} or {@code https}; empty: any
 */
public record Match(
        HostMatch host,
        PathMatch path,
        Set<String> methods,
        List<ValueMatch> headers,
        List<ValueMatch> query,
        Set<String> listeners,
        Set<String> schemes) {
    /** The schemes there are. */
    public static final Set<String> SCHEMES = Set.of("http", "https");

    /** The condition that every request meets. */
    public static final Match ALL =
            new Match(new HostMatch.Any(), new PathMatch.Any(), Set.of(), List.of(), List.of(), Set.of(), Set.of());

    /** Copies the collections. */
    public Match {
        requireNonNull(host, "host");
        requireNonNull(path, "path");
        methods = Set.copyOf(methods);
        headers = List.copyOf(headers);
        query = List.copyOf(query);
        listeners = Set.copyOf(listeners);
        schemes = Set.copyOf(schemes);
        if (!SCHEMES.containsAll(schemes)) {
            throw new IllegalArgumentException("schemes: " + schemes + " (expected: http, https or both)");
        }
    }

    /**
     * Tells whether every request of HTTP that meets another condition meets this one.
     *
     * @param other the other condition
     * @return true if this is as wide, or wider; false as well where that cannot be told without trying
     */
    public boolean covers(Match other) {
        return coversValues(other)
                && covers(methods, other.methods)
                && covers(listeners, other.listeners)
                && covers(schemes, other.schemes);
    }

    /** As {@link #covers}, for host, path, headers and query alone. */
    boolean coversValues(Match other) {
        return host.covers(other.host)
                && path.covers(other.path)
                && covers(headers, other.headers, true)
                && covers(query, other.query, false);
    }

    private static boolean covers(Set<String> wide, Set<String> narrow) {
        return wide.isEmpty() || (!narrow.isEmpty() && wide.containsAll(narrow));
    }

    private static boolean covers(List<ValueMatch> wide, List<ValueMatch> narrow, boolean anyCase) {
        return wide.stream().allMatch(one -> narrow.stream().anyMatch(other -> one.covers(other, anyCase)));
    }

    /**
     * The same condition for another host.
     *
     * @param host exact name or {@code *.example.com}, see {@link HostMatch#parse(String)}
     * @return a copy
     */
    public Match withHost(String host) {
        return new Match(HostMatch.parse(host), path, methods, headers, query, listeners, schemes);
    }

    /**
     * The same condition for another host.
     *
     * @param host see {@link #host()}
     * @return a copy
     */
    public Match withHost(HostMatch host) {
        return new Match(host, path, methods, headers, query, listeners, schemes);
    }

    /**
     * The same condition for another path.
     *
     * @param path the new condition
     * @return a copy
     */
    public Match withPath(PathMatch path) {
        return new Match(host, path, methods, headers, query, listeners, schemes);
    }

    /**
     * The same condition for other methods.
     *
     * @param methods see {@link #methods()}
     * @return a copy
     */
    public Match withMethods(Set<String> methods) {
        return new Match(host, path, methods, headers, query, listeners, schemes);
    }

    /**
     * The same condition for other headers.
     *
     * @param headers see {@link #headers()}
     * @return a copy
     */
    public Match withHeaders(List<ValueMatch> headers) {
        return new Match(host, path, methods, headers, query, listeners, schemes);
    }

    /**
     * The same condition for other query parameters.
     *
     * @param query see {@link #query()}
     * @return a copy
     */
    public Match withQuery(List<ValueMatch> query) {
        return new Match(host, path, methods, headers, query, listeners, schemes);
    }

    /**
     * The same condition for other listeners.
     *
     * @param listeners see {@link #listeners()}
     * @return a copy
     */
    public Match withListeners(Set<String> listeners) {
        return new Match(host, path, methods, headers, query, listeners, schemes);
    }

    /**
     * The same condition for other schemes.
     *
     * @param schemes see {@link #schemes()}
     * @return a copy
     */
    public Match withSchemes(Set<String> schemes) {
        return new Match(host, path, methods, headers, query, listeners, schemes);
    }
}
