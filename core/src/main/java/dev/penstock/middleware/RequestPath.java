package dev.penstock.middleware;

import java.util.Locale;

/** What makes a path one that everybody reads the same way. Stateless. */
public final class RequestPath {
    private static final int LONGEST = 4_096;

    private RequestPath() {}

    /** Checks a path of a definition. */
    static void check(String path) {
        boolean visible = path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '?' && c != '#');
        if (!path.startsWith("/") || !visible || path.length() > LONGEST || hasDots(path)) {
            throw new IllegalArgumentException("path: \"" + path
                    + "\" (expected: begins with /, no query, no fragment, no blank, no . or .. as a segment)");
        }
    }

    /**
     * Tells whether a raw path has a segment {@code .} or {@code ..}, or one that some take for it: with percent-encoded dots or
     * slashes, with backslashes, with parameters behind a semicolon.
     *
     * @param path raw, without query
     * @return true if some endpoint may resolve it to another path
     */
    public static boolean hasDots(String path) {
        if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
            return false;
        }
        String plain = path;
        if (path.indexOf('%') >= 0 || path.indexOf('\\') >= 0) {
            plain = path.toLowerCase(Locale.ROOT)
                    .replace("%2e", ".")
                    .replace("%2f", "/")
                    .replace("%5c", "/")
                    .replace('\\', '/');
        }
        for (int from = 0; from <= plain.length(); ) {
            int slash = plain.indexOf('/', from);
            int to = slash < 0 ? plain.length() : slash;
            if (isDots(plain, from, to)) {
                return true;
            }
            from = to + 1;
        }
        return false;
    }

    private static boolean isDots(String path, int from, int to) {
        int end = from;
        while (end < to && path.charAt(end) == '.') {
            end++;
        }
        int dots = end - from;
        boolean whole = end == to || path.charAt(end) == ';' || path.startsWith("%3b", end);
        return whole && (dots == 1 || dots == 2);
    }
}
