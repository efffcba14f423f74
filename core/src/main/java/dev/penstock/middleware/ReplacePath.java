package dev.penstock.middleware;

/**
 * Puts another path in the place of any; the query stays. Immutable.
 *
 * @param path begins with {@code /}
 */
public record ReplacePath(String path) implements Middleware {
    /** Checks the path. */
    public ReplacePath {
        RequestPath.check(path);
    }

    @Override
    public String text() {
        return "replace path by " + path;
    }
}
