package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

/**
 * What an operator asks. Immutable.
 *
 * @param method as sent, as in {@code GET}
 * @param path without query, as in {@code /status}
 */
public record AdminRequest(String method, String path) {
    /** Checks for null. */
    public AdminRequest {
        requireNonNull(method, "method");
        requireNonNull(path, "path");
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
