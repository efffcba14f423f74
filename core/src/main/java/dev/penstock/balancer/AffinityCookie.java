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
 * @param secure whether they send it by TLS alone
 * @param forwarded whether the endpoint sees it
 */
public record AffinityCookie(
        String name, Duration maxAge, String path, SameSite sameSite, boolean secure, boolean forwarded) {
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

    /** Refuses what is no cookie. */
    public AffinityCookie {
        requireNonNull(sameSite, "sameSite");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("cookie: \"" + name + "\" (expected: a token as of RFC 6265)");
        }
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("path: \"" + path + "\" (expected: a path that begins with /)");
        }
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: 0 or more)");
        }
        if (sameSite == SameSite.NONE && !secure) {
            throw new IllegalArgumentException("same_site: none (expected: with secure=yes; clients refuse it else)");
        }
    }

    /**
     * The usual one: for a session, {@code Path=/}, {@code SameSite=Lax}, forwarded.
     *
     * @param name of the cookie
     * @return a cookie
     */
    public static AffinityCookie named(String name) {
        return new AffinityCookie(name, Duration.ZERO, "/", SameSite.LAX, false, true);
    }

    /** What sets it to a value. */
    Affinity set(String value) {
        String age = maxAge.isZero() ? "" : "; Max-Age=" + maxAge.toSeconds();
        String text = name + "=" + value + age + "; Path=" + path + "; HttpOnly; SameSite=" + sameSite.word
                + (secure ? "; Secure" : "");
        return new Affinity(name, text, forwarded);
    }
}
