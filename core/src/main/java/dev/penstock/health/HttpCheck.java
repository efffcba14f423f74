package dev.penstock.health;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A request is answered as expected. Immutable.
 *
 * @param method {@code GET} or {@code HEAD}
 * @param path path and query asked for; begins with a slash
 * @param host the Host header; empty: the address of the endpoint
 * @param port where to, {@code 1..65535}; {@code 0}: the port of the endpoint
 * @param statuses those that are good; one at least
 * @param body what the first {@value #MAX_BODY} bytes of a good answer contain, as UTF-8; empty: anything
 */
public record HttpCheck(String method, String path, String host, int port, List<Statuses> statuses, String body)
        implements Check {
    /** The bytes of an answer that are looked at. */
    public static final int MAX_BODY = 65_536;

    /** Checks every component, copies the list. */
    public HttpCheck {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw new IllegalArgumentException("method: \"" + method + "\" (expected: GET or HEAD)");
        }
        if (!path.startsWith("/") || !plain(path)) {
            throw new IllegalArgumentException("path: \"" + path + "\" (expected: begins with /, no blank)");
        }
        if (!plain(host)) {
            throw new IllegalArgumentException("host: \"" + host + "\" (expected: a host, no blank)");
        }
        checkPort(port);
        statuses = List.copyOf(statuses);
        if (statuses.isEmpty()) {
            throw new IllegalArgumentException("statuses: none (expected: one at least)");
        }
        requireNonNull(body, "body");
        if (!body.isEmpty() && method.equals("HEAD")) {
            throw new IllegalArgumentException("body: \"" + body + "\" (expected: none with method HEAD)");
        }
    }

    /**
     * A GET that is answered with 2xx or 3xx.
     *
     * @param path see {@link #path()}
     * @return the check
     */
    public static HttpCheck get(String path) {
        return new HttpCheck("GET", path, "", 0, List.of(new Statuses(200, 399)), "");
    }

    /**
     * Tells whether a status is good.
     *
     * @param status of an answer
     * @return true if one of the ranges has it
     */
    public boolean expects(int status) {
        return statuses.stream().anyMatch(range -> range.contains(status));
    }

    static void checkPort(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "port: " + port + " (expected: 1..65535, or 0 for that of the endpoint)");
        }
    }

    private static boolean plain(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /**
     * A range of statuses.
     *
     * @param from first, {@code 100..599}
     * @param to last, {@code from..599}
     */
    public record Statuses(int from, int to) {
        /** Checks the range. */
        public Statuses {
            if (from < 100 || to > 599 || from > to) {
                throw new IllegalArgumentException(
                        "statuses: " + from + "-" + to + " (expected: from 100 to 599, in this order)");
            }
        }

        /**
         * A range from a text.
         *
         * @param text as in {@code 200-399}, or one status
         * @return the range
         * @throws IllegalArgumentException if it is not understood
         */
        public static Statuses parse(String text) {
            if (!text.matches("[1-5][0-9]{2}(-[1-5][0-9]{2})?")) {
                throw new IllegalArgumentException("statuses: \"" + text + "\" (expected: as in 200-399 or 204)");
            }
            return new Statuses(
                    Integer.parseInt(text.substring(0, 3)), Integer.parseInt(text.substring(text.length() - 3)));
        }

        boolean contains(int status) {
            return status >= from && status <= to;
        }
    }
}
