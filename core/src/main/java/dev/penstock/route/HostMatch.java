package dev.penstock.route;

import java.util.Locale;

/** The condition on the host of a request. Immutable. */
public sealed interface HostMatch {
    /** Any host, also none. */
    record Any() implements HostMatch {}

    /**
     * One host.
     *
     * @param name lower case, without port and trailing dot
     */
    record Exact(String name) implements HostMatch {}

    /**
     * All hosts below a domain, at any depth, not the domain itself.
     *
     * @param domain lower case, as in {@code example.com} for {@code *.example.com}
     */
    record Below(String domain) implements HostMatch {}

    /**
     * A condition from its text.
     *
     * @param text {@code www.example.com}, {@code *.example.com}, or {@code *} for any; case and one trailing dot do not
     *     matter
     * @return the condition
     * @throws IllegalArgumentException if the text is blank, has a port or a star elsewhere than as its first label
     */
    static HostMatch parse(String text) {
        String host = text.toLowerCase(Locale.ROOT);
        if (host.endsWith(".") && host.length() > 1) {
            host = host.substring(0, host.length() - 1);
        }
        if (host.equals("*")) {
            return new Any();
        }
        boolean wildcard = host.startsWith("*.");
        String name = wildcard ? host.substring(2) : host;
        if (!wellFormed(name)) {
            throw new IllegalArgumentException("host: \"" + text
                    + "\" (expected: a host name without port, as in www.example.com or *.example.com)");
        }
        return wildcard ? new Below(name) : new Exact(name);
    }

    private static boolean wellFormed(String name) {
        if (name.startsWith("[") && name.endsWith("]")) {
            return name.length() > 2 && name.substring(1, name.length() - 1).matches("[0-9a-f:.]+");
        }
        return !name.isEmpty() && name.length() <= 255 && name.chars().allMatch(HostMatch::allowed);
    }

    // "=" and "_" are not legal in a host name, yet containers carry such values and some clients send them.
    private static boolean allowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "-._=~%!$&'()+,;".indexOf(c) >= 0 || c > 0x7f;
    }
}
