package dev.penstock.route;

/** The condition on the raw path of a request. Immutable. */
public sealed interface PathMatch {
    /**
     * The condition as people say it.
     *
     * @return as in {@code prefix /api}
     */
    String text();

    /**
     * Tells whether every path that meets another condition meets this one.
     *
     * @param other the other condition
     * @return true if this is as wide, or wider; false as well where that cannot be told without trying
     */
    default boolean covers(PathMatch other) {
        if (this instanceof Any || equals(other)) {
            return true;
        }
        return this instanceof Prefix prefix && (prefix.path().equals("/") || prefix.isAtOrAbove(other));
    }

    /** Any path. */
    record Any() implements PathMatch {
        @Override
        public String text() {
            return "any";
        }
    }

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

        @Override
        public String text() {
            return "exact " + path;
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

        private boolean isAtOrAbove(PathMatch other) {
            String begin = "";
            if (other instanceof Exact exact) {
                begin = exact.path();
            } else if (other instanceof Prefix prefix) {
                begin = prefix.path();
            } else if (other instanceof Pattern pattern && pattern.pattern().startsWith(path)) {
                begin = SegmentPattern.parse(pattern.pattern()).literalSegments();
            }
            return begin.equals(path) || begin.startsWith(path + "/");
        }

        @Override
        public String text() {
            return "prefix " + path;
        }
    }

    /**
     * A pattern of segments: {@code {name}} stands for one segment that is not empty, {@code *} for any run of characters
     * within a segment, also none, {@code **} as a whole segment for any number of segments, also none.
     *
     * <p>A path has as many segments as it has slashes: {@code /a/} has two, the second empty. So <code>/{x}</code> matches
     * {@code /a}, not {@code /a/}; {@code /a/**} matches {@code /a}, {@code /a/} and {@code /a/b/c}.
     *
     * @param pattern begins with {@code /}, as in <code>/users/{id}/orders</code> or {@code /static/**}; at most 512
     *     characters
     */
    record Pattern(String pattern) implements PathMatch {
        /** Checks every segment. */
        public Pattern {
            checkSlash(pattern);
            SegmentPattern.parse(pattern);
        }

        @Override
        public String text() {
            return "pattern " + pattern;
        }
    }

    private static void checkSlash(String path) {
        if (!path.startsWith("/") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "path: \"" + path + "\" (expected: begins with /, no query, no fragment)");
        }
        if (path.length() > 8_192) {
            throw new IllegalArgumentException("path: " + path.length() + " characters (expected: at most 8192)");
        }
    }
}
