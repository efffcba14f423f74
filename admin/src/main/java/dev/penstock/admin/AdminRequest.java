package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What an operator asks. Immutable.
 *
 * @param method as sent, as in {@code GET}
 * @param path raw, without query, as in {@code /status}
 * @param headers by name in lower case, one value each; those that it does not know do not matter
 * @param body a text; empty where there is none
 */
public record AdminRequest(String method, String path, Map<String, String> headers, String body) {
    /** Checks for null and copies the headers. */
    public AdminRequest {
        requireNonNull(method, "method");
        requireNonNull(path, "path");
        headers = Map.copyOf(headers);
        requireNonNull(body, "body");
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
}
