package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What an operator asks. Immutable.
 *
 * @param method as sent, as in {@code GET}
 * @param path raw, without query, as in {@code /status}
 * @param query raw, without the question mark; empty where there is none
 * @param headers by name in lower case, one value each; those that it does not know do not matter
 * @param body a text; empty where there is none
 * @param malformedAt the first byte of the body that is not UTF-8, {@code >= 0}; {@code -1}: all of it is
 */
public record AdminRequest(
        String method, String path, String query, Map<String, String> headers, String body, int malformedAt) {
    /** Checks for null and copies the headers. */
    public AdminRequest {
        requireNonNull(method, "method");
        requireNonNull(path, "path");
        requireNonNull(query, "query");
        headers = Map.copyOf(headers);
        requireNonNull(body, "body");
    }

    /**
     * A request without a query.
     *
     * @param method see {@link #method()}
     * @param path see {@link #path()}
     * @param headers see {@link #headers()}
     * @param body see {@link #body()}
     */
    public AdminRequest(String method, String path, Map<String, String> headers, String body) {
        this(method, path, "", headers, body, -1);
    }

    /**
     * A request without headers and body.
     *
     * @param method see {@link #method()}
     * @param path see {@link #path()}
     */
    public AdminRequest(String method, String path) {
        this(method, path, Map.of(), "");
    }

    /**
     * A request to read something.
     *
     * @param path see {@link #path()}
     * @return a GET
     */
    public static AdminRequest get(String path) {
        return new AdminRequest("GET", path);
    }

    /**
     * The same with a body as it came in.
     *
     * @param bytes UTF-8, or not
     * @return a copy
     */
    public AdminRequest withBody(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        return result.isError()
                ? new AdminRequest(method, path, query, headers, "", in.position())
                : new AdminRequest(method, path, query, headers, out.flip().toString(), -1);
    }

    /**
     * The same with a query.
     *
     * @param query see {@link #query()}
     * @return a copy
     */
    public AdminRequest withQuery(String query) {
        return new AdminRequest(method, path, query, headers, body, malformedAt);
    }

    /** What a header says; empty where there is none. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
