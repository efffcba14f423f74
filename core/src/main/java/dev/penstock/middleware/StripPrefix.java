package dev.penstock.middleware;

import java.util.List;

/**
 * Takes the begin of the path off, by whole segments: of {@code /api/x} without {@code /api} there is left {@code /x}. A path
 * below none of the prefixes stays as it is. Immutable.
 *
 * @param prefixes the first one that fits is taken off; each begins with {@code /}
 */
public record StripPrefix(List<String> prefixes) implements Middleware {
    /** Drops a trailing slash of each. */
    public StripPrefix {
        if (prefixes.isEmpty()) {
            throw new IllegalArgumentException("prefixes: none (expected: at least one)");
        }
        prefixes = prefixes.stream().map(StripPrefix::withoutSlash).toList();
    }

    private static String withoutSlash(String prefix) {
        RequestPath.check(prefix);
        return prefix.length() > 1 && prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    /**
     * Takes it off.
     *
     * @param path raw
     * @return begins with one {@code /}
     */
    public String apply(String path) {
        for (String prefix : prefixes) {
            if (prefix.equals("/")) {
                return path;
            }
            if (path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/')) {
                return withOneSlash(path, prefix.length());
            }
        }
        return path;
    }

    // Two slashes would be the begin of an authority to some.
    private static String withOneSlash(String path, int from) {
        int start = from;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        return "/" + path.substring(start);
    }

    @Override
    public String text() {
        return "strip " + String.join(", ", prefixes);
    }
}
