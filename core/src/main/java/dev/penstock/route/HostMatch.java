package dev.penstock.route;

import dev.penstock.request.HostName;

/** The condition on the host of a request. Immutable. */
public sealed interface HostMatch {
    /**
     * Tells whether a host meets the condition.
     *
     * @param host as {@link dev.penstock.request.Request#host()} gives it
     * @return true if it does
     */
    boolean matches(String host);

    /**
     * The condition as people write it.
     *
     * @return what {@link #parse(String)} takes
     */
    String text();

    /**
     * Tells whether every host that meets another condition meets this one.
     *
     * @param other the other condition
     * @return true if this is as wide, or wider
     */
    default boolean covers(HostMatch other) {
        if (this instanceof Any || equals(other)) {
            return true;
        }
        if (other instanceof Exact exact) {
            return matches(exact.name());
        }
        return this instanceof Below && other instanceof Below below && matches(below.domain());
    }

    /** Any host, also none. */
    record Any() implements HostMatch {
        @Override
        public boolean matches(String host) {
            return true;
        }

        @Override
        public String text() {
            return "*";
        }
    }

    /**
     * One host.
     *
     * @param name lower case, without port and trailing dot
     */
    record Exact(String name) implements HostMatch {
        /** Checks the name. */
        public Exact {
            checkNormal(name, name);
        }

        @Override
        public boolean matches(String host) {
            return host.equals(name);
        }

        @Override
        public String text() {
            return name;
        }
    }

    /**
     * All hosts below a domain, at any depth, not the domain itself.
     *
     * @param domain lower case, as in {@code example.com} for {@code *.example.com}
     */
    record Below(String domain) implements HostMatch {
        /** Checks the domain. */
        public Below {
            checkNormal(domain, text(domain));
            if (domain.startsWith("[")) {
                throw malformed(text(domain));
            }
        }

        @Override
        public boolean matches(String host) {
            int dot = host.length() - domain.length() - 1;
            return dot > 0 && host.charAt(dot) == '.' && host.endsWith(domain);
        }

        @Override
        public String text() {
            return text(domain);
        }

        private static String text(String domain) {
            return "*." + domain;
        }
    }

    /**
     * A condition from its text.
     *
     * @param text {@code www.example.com}, {@code *.example.com}, or {@code *} for any; case and one trailing dot do not
     *     matter
     * @return the condition
     * @throws IllegalArgumentException if the text is blank, has a port, a character that no host has, or a star elsewhere
     *     than as its first label
     */
    static HostMatch parse(String text) {
        if (text.equals("*")) {
            return new Any();
        }
        boolean port = text.indexOf(':', text.lastIndexOf(']') + 1) >= 0;
        boolean wildcard = text.startsWith("*.");
        String name = port ? null : HostName.normalise(wildcard ? text.substring(2) : text);
        if (name == null) {
            throw malformed(text);
        }
        return wildcard ? new Below(name) : new Exact(name);
    }

    private static void checkNormal(String name, String text) {
        if (name.isEmpty() || name.indexOf('*') >= 0 || !name.equals(HostName.normalise(name))) {
            throw malformed(text);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "host: \"" + text + "\" (expected: a host name without port, as in www.example.com or *.example.com)");
    }
}
