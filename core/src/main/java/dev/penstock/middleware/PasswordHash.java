package dev.penstock.middleware;

import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A password that can be told but not read. Immutable. Written as {@code pbkdf2_sha256$ITERATIONS$SALT$HASH}, the hash in
 * base 64; or as bcrypt's {@code $2y$COST$...}, where something on the class path knows {@link Bcrypt}.
 */
public final class PasswordHash {
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./0-9A-Za-z]{53}");
    private static final int LEAST_COST = 4;

    /** A quarter of a second of a processor for each password that anybody sends; with each step more it is twice that. */
    private static final int MOST_COST = 12;

    /** So many iterations of PBKDF2 take as long as one of bcrypt, roughly. */
    private static final int BCRYPT_ITERATION = 100;

    private final String text;
    private final long cost;
    private final Predicate<String> check;

    /** One that costs so much, whatever the check does. */
    PasswordHash(String text, long cost, Predicate<String> check) {
        this.text = text;
        this.cost = cost;
        this.check = check;
    }

    /**
     * A hash from its text.
     *
     * @param text see above; iterations 1000..1000000, a salt of 8 to 128 characters; a cost of 04..12
     * @return the hash
     * @throws IllegalArgumentException if it is none; the message does not show it
     */
    public static PasswordHash parse(String text) {
        Pbkdf2 own = Pbkdf2.parse(text);
        if (own != null) {
            return new PasswordHash(text, own.iterations(), own::matches);
        }
        Matcher matcher = BCRYPT.matcher(text);
        int steps = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        Bcrypt bcrypt = steps >= LEAST_COST && steps <= MOST_COST ? bcrypt() : null;
        if (bcrypt == null) {
            throw new IllegalArgumentException(
                    kind(text) + (steps == 0 ? "" : " of cost " + steps) + " (expected: " + expected() + ")");
        }
        return new PasswordHash(text, (long) BCRYPT_ITERATION << steps, password -> bcrypt.matches(password, text));
    }

    /** How long a check takes beside others, roughly, in iterations of PBKDF2. */
    long cost() {
        return cost;
    }

    /**
     * What a text is, as people say it; does not show it.
     *
     * @param text a hash, or what somebody takes for one
     * @return as in {@code a hash by MD5}
     */
    public static String kind(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("$apr1$") || lower.startsWith("$1$")) {
            return "a hash by MD5";
        } else if (lower.startsWith("{sha}") || lower.startsWith("{ssha}")) {
            return "a hash by SHA-1";
        } else if (lower.startsWith("$5$") || lower.startsWith("$6$")) {
            return "a hash by crypt's SHA";
        } else if (lower.startsWith("$2")) {
            return "a hash by bcrypt";
        } else if (lower.startsWith("pbkdf2_")) {
            return "a hash by PBKDF2";
        }
        return "a password";
    }

    /**
     * What {@link #parse} takes.
     *
     * @return as in {@code pbkdf2_sha256$...}
     */
    public static String expected() {
        return "pbkdf2_sha256$ITERATIONS$SALT$HASH, iterations in 1000..1000000, or bcrypt's $2y$COST$..., cost in 04..12"
                + (bcrypt() == null ? ", with penstock-runtime on the class path" : "");
    }

    private static @Nullable Bcrypt bcrypt() {
        return Found.BCRYPT;
    }

    /** Looked for once: that reads the class path. */
    private static final class Found {
        static final @Nullable Bcrypt BCRYPT = find();

        private static @Nullable Bcrypt find() {
            Bcrypt near = first(Thread.currentThread().getContextClassLoader());
            return near != null ? near : first(Bcrypt.class.getClassLoader());
        }

        private static @Nullable Bcrypt first(@Nullable ClassLoader loader) {
            try {
                return ServiceLoader.load(Bcrypt.class, loader).findFirst().orElse(null);
            } catch (ServiceConfigurationError e) {
                return null; // its library is missing
            }
        }
    }

    /**
     * Tells whether a password is the one. Takes as long as it was made to take, whatever the password.
     *
     * @param password what was given
     * @return true if it is
     */
    public boolean matches(String password) {
        return check.test(password);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasswordHash that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "a password";
    }
}
