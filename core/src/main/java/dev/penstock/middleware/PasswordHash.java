package dev.penstock.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password that can be told but not read (RFC 8018, PBKDF2). Immutable. Written as
 * {@code pbkdf2_sha256$ITERATIONS$SALT$HASH}, the hash in base 64.
 */
public final class PasswordHash {
    private static final Pattern FORM = Pattern.compile(
            "pbkdf2_sha(256|512)\\$([1-9][0-9]{0,6})\\$([!-#%-~]{8,128})\\$([0-9A-Za-z+/]{20,120}={0,2})");
    private static final int LEAST_ITERATIONS = 1_000;
    private static final int MOST_ITERATIONS = 1_000_000;

    private final String algorithm;
    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(String algorithm, int iterations, byte[] salt, byte[] hash) {
        this.algorithm = algorithm;
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /**
     * A hash from its text.
     *
     * @param text see above; iterations 1000..1000000, a salt of 8 to 128 characters
     * @return the hash
     * @throws IllegalArgumentException if it is none; the message does not show it
     */
    public static PasswordHash parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw malformed();
        }
        int bits = Integer.parseInt(matcher.group(1));
        int iterations = Integer.parseInt(matcher.group(2));
        byte[] hash = Base64.getDecoder().decode(matcher.group(4));
        if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS || hash.length != bits / 8) {
            throw malformed();
        }
        return new PasswordHash(
                "PBKDF2WithHmacSHA" + bits, iterations, matcher.group(3).getBytes(UTF_8), hash);
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("password (expected: pbkdf2_sha256$ITERATIONS$SALT$HASH, iterations in "
                + LEAST_ITERATIONS + ".." + MOST_ITERATIONS + ")");
    }

    /**
     * Tells whether a password is the one. Takes as long as it was made to take, whatever the password.
     *
     * @param password what was given
     * @return true if it is
     */
    public boolean matches(String password) {
        var spec = new PBEKeySpec(password.toCharArray(), salt, iterations, hash.length * 8);
        try {
            byte[] given =
                    SecretKeyFactory.getInstance(algorithm).generateSecret(spec).getEncoded();
            return MessageDigest.isEqual(given, hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + ": missing (expected: in every JDK)", e);
        } finally {
            spec.clearPassword();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasswordHash that
                && algorithm.equals(that.algorithm)
                && iterations == that.iterations
                && MessageDigest.isEqual(salt, that.salt)
                && MessageDigest.isEqual(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return "a password";
    }
}
