package dev.penstock.balancer;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The cookie by which a client comes back to its endpoint. Immutable.
 *
 * @param name a token as of RFC 6265
 * @param maxAge how long clients keep it; zero: until they are closed
 * @param path where clients send it; begins with {@code /}
 * @param sameSite whether they send it when another site asks
 * @param secure when they are told to send it by TLS alone
 * @param forwarded whether the endpoint sees it
 */
public record AffinityCookie(
        String name, Duration maxAge, String path, SameSite sameSite, Secure secure, boolean forwarded) {
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
    private static final Pattern PATH = Pattern.compile("/[!-+\\--:<-~]{0,200}"); // what is visible, without , and ;

    /** Whether a cookie is sent when another site asks. */
    public enum SameSite {
        /** When a link is followed. */
        LAX("Lax"),
        /** Never. */
        STRICT("Strict"),
        /** Always; clients ask for {@code secure} then. */
        NONE("None");

        private final String word;

        SameSite(String word) {
            this.word = word;
        }
    }

    /** When clients are told to send a cookie by TLS alone. */
    public enum Secure {
        /** When the request came by TLS. */
        AUTO,
        /** Always: for a gateway behind somebody else who ends TLS. */
        ALWAYS,
        /** Never: for a site that clients ask by TLS and without. */
        NEVER
    }

    /** Refuses what is no cookie. */
    public AffinityCookie {
        requireNonNull(sameSite, "sameSite");
        requireNonNull(secure, "secure");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("cookie: \"" + name + "\" (expected: a token as of RFC 6265)");
        }
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("path: \"" + path + "\" (expected: a path that begins with /)");
        }
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: 0 or more)");
        }
        if (sameSite == SameSite.NONE && secure != Secure.ALWAYS) {
            throw new IllegalArgumentException("same_site: none (expected: with secure=yes; clients refuse it else)");
        }
    }

    /**
     * The usual one: for a session, {@code Path=/}, {@code SameSite=Lax}, {@code Secure} by the request, forwarded.
     *
     * @param name of the cookie
     * @return a cookie
     */
    public static AffinityCookie named(String name) {
        return new AffinityCookie(name, Duration.ZERO, "/", SameSite.LAX, Secure.AUTO, true);
    }

    /** What sets it to a value, in the answer to a request that came by TLS or not. */
    Affinity set(String value, boolean byTls) {
        boolean secured = secure == Secure.ALWAYS || (secure == Secure.AUTO && byTls);
        String age = maxAge.isZero() ? "" : "; Max-Age=" + maxAge.toSeconds();
        String text = name + "=" + value + age + "; Path=" + path + "; HttpOnly; SameSite=" + sameSite.word
                + (secured ? "; Secure" : "");
        return new Affinity(name, text, forwarded);
    }
}
