package dev.penstock.middleware;

/**
 * Puts a text before the path. Immutable.
 *
 * @param prefix begins with {@code /}; a trailing slash is dropped
 */
public record AddPrefix(String prefix) implements Middleware {
    /** Drops a trailing slash. */
    public AddPrefix {
        RequestPath.check(prefix);
        if (prefix.endsWith("/")) {
            prefix = prefix.substring(0, prefix.length() - 1);
        }
    }

    @Override
    public String text() {
        return "add prefix " + prefix;
    }
}
