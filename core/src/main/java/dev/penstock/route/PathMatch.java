package dev.penstock.route;

/** The condition on the raw path of a request. Immutable. */
public sealed interface PathMatch {
    /** Any path. */
    record Any() implements PathMatch {}

    /**
     * One path, byte for byte.
     *
     * @param path begins with {@code /}
     */
    record Exact(String path) implements PathMatch {
        /** Checks the first character. */
        public Exact {
            checkSlash(path);
        }
    }

    /**
     * A path and all below it, by whole segments: {@code /api} matches {@code /api}, {@code /api/} and {@code /api/x}, not
     * {@code /apix}.
     *
     * @param path begins with {@code /}; a trailing slash is dropped, {@code /} itself matches every path
     */
    record Prefix(String path) implements PathMatch {
        /** Drops a trailing slash. */
        public Prefix {
            checkSlash(path);
            if (path.length() > 1 && path.endsWith("/")) {
                path = path.substring(0, path.length() - 1);
            }
        }
    }

    /**
     * A pattern of segments: {@code {name}} stands for one segment that is not empty, {@code *} for any run of characters
     * within a segment, {@code **} as a whole segment for any number of segments.
     *
     * @param pattern begins with {@code /}, as in <code>/users/{id}/orders</code> or {@code /static/**}
     */
    record Pattern(String pattern) implements PathMatch {
        /** Checks the first character. */
        public Pattern {
            checkSlash(pattern);
        }
    }

    private static void checkSlash(String path) {
        if (!path.startsWith("/") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "path: \"" + path + "\" (expected: begins with /, no query, no fragment)");
        }
    }
}
