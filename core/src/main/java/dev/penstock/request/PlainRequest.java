package dev.penstock.request;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request made of values, for tests and for programs that decide without a proxy. Immutable if {@code tried} is.
 *
 * @param listener see {@link Request#listener()}
 * @param scheme see {@link Request#scheme()}
 * @param client see {@link Request#client()}
 * @param method as in {@code GET}
 * @param host normalised here, see {@link HostName#normalise(String)}
 * @param path raw; begins with {@code /}, or is {@code *}
 * @param query raw, without the question mark
 * @param headers one value by name; names are kept in lower case
 * @param tried see {@link Request#tried()}
 */
public record PlainRequest(
        String listener,
        String scheme,
        String client,
        String method,
        String host,
        String path,
        String query,
        Map<String, String> headers,
        Tried tried)
        implements Request {
    private static final String CONNECTION = "tcp";

    /** Normalises the host and the names of headers and checks the path. */
    public PlainRequest {
        requireNonNull(listener, "listener");
        requireNonNull(scheme, "scheme");
        requireNonNull(client, "client");
        requireNonNull(method, "method");
        requireNonNull(query, "query");
        requireNonNull(tried, "tried");
        host = normalised(host);
        if ((!path.startsWith("/") && !path.equals("*")) || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "path: \"" + path + "\" (expected: begins with /, no query, no fragment)");
        }
        headers = lowered(headers);
    }

    /**
     * A GET request.
     *
     * @param url see {@link #of(String, String)}
     * @return a first attempt without headers, client and listener
     */
    public static PlainRequest get(String url) {
        return of("GET", url);
    }

    /**
     * A request from its method and URL.
     *
     * @param method as in {@code GET}
     * @param url {@code http://www.example.com/api?x=1}, or {@code /api} for a request without a host; taken raw
     * @return a first attempt without headers, client and listener
     * @throws IllegalArgumentException if the URL has neither a scheme nor a slash at its begin, or a malformed host, or a
     *     fragment
     */
    public static PlainRequest of(String method, String url) {
        int authority = url.indexOf("://") + 3;
        if (url.startsWith("/") || authority < 3) {
            return relative(method, "http", "", url);
        }
        int end = authority;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String scheme = url.substring(0, authority - 3).toLowerCase(Locale.ROOT);
        return relative(method, scheme, url.substring(authority, end), url.substring(end));
    }

    private static PlainRequest relative(String method, String scheme, String host, String target) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark + 1);
        boolean rootLeftOut = path.isEmpty() && !host.isEmpty();
        return new PlainRequest("", scheme, "", method, host, rootLeftOut ? "/" : path, query, Map.of(), Tried.NOTHING);
    }

    /**
     * A connection that is passed on as it is.
     *
     * @param listener see {@link Request#listener()}
     * @param host what the client asks for; empty if it does not
     * @return without a client
     */
    public static PlainRequest connection(String listener, String host) {
        return new PlainRequest(listener, CONNECTION, "", "", host, "*", "", Map.of(), Tried.NOTHING);
    }

    /**
     * The same request with another method.
     *
     * @param method as in {@code GET}
     * @return a copy
     */
    public PlainRequest withMethod(String method) {
        return new PlainRequest(listener, scheme, client, method, host, path, query, headers, tried);
    }

    /**
     * The same request with a header.
     *
     * @param name replaces a header of that name
     * @param value its only value
     * @return a copy
     */
    public PlainRequest withHeader(String name, String value) {
        var more = new HashMap<>(headers);
        more.put(name.toLowerCase(Locale.ROOT), value);
        return new PlainRequest(listener, scheme, client, method, host, path, query, more, tried);
    }

    /**
     * The same request from another client.
     *
     * @param client an IP literal
     * @return a copy
     */
    public PlainRequest withClient(String client) {
        return new PlainRequest(listener, scheme, client, method, host, path, query, headers, tried);
    }

    /**
     * The same request through another listener.
     *
     * @param listener its name
     * @return a copy
     */
    public PlainRequest withListener(String listener) {
        return new PlainRequest(listener, scheme, client, method, host, path, query, headers, tried);
    }

    /**
     * The same request by another scheme.
     *
     * @param scheme {@code http} or {@code https}
     * @return a copy
     */
    public PlainRequest withScheme(String scheme) {
        return new PlainRequest(listener, scheme, client, method, host, path, query, headers, tried);
    }

    /**
     * The same request after attempts.
     *
     * @param tried where they went
     * @return a copy
     */
    public PlainRequest withTried(Tried tried) {
        return new PlainRequest(listener, scheme, client, method, host, path, query, headers, tried);
    }

    @Override
    public boolean isHttp() {
        return !scheme.equals(CONNECTION);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    private static String normalised(String host) {
        String name = HostName.normalise(host);
        if (name == null) {
            throw new IllegalArgumentException(
                    "host: \"" + host + "\" (expected: a host name or address, as in www.example.com or [::1]:80)");
        }
        return name;
    }

    private static Map<String, String> lowered(Map<String, String> headers) {
        var lowered = new HashMap<String, String>();
        headers.forEach((name, value) -> {
            if (lowered.put(name.toLowerCase(Locale.ROOT), value) != null) {
                throw new IllegalArgumentException("headers: \"" + name + "\" twice (expected: one value by name)");
            }
        });
        return Map.copyOf(lowered);
    }
}
