package dev.penstock.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A hash by PBKDF2. Immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8018">RFC 8018, 5.2</a>
 */
final class Pbkdf2 {
    private static final Pattern FORM = Pattern.compile(
            "pbkdf2_sha(256|512)\\$([1-9][0-9]{0,6})\\$([!-#%-~]{8,128})\\$([0-9A-Za-z+/]{20,120}={0,2})");
    private static final int LEAST_ITERATIONS = 1_000;
    private static final int MOST_ITERATIONS = 1_000_000;

    private final String algorithm;
    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private Pbkdf2(String algorithm, int iterations, byte[] salt, byte[] hash) {
        this.algorithm = algorithm;
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** Null if it is none. */
    static @Nullable Pbkdf2 parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        int bits = Integer.parseInt(matcher.group(1));
        int iterations = Integer.parseInt(matcher.group(2));
        byte[] hash;
        try {
            hash = Base64.getDecoder().decode(matcher.group(4));
        } catch (IllegalArgumentException e) {
            return null;
        }
        return iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS || hash.length != bits / 8
                ? null
                : new Pbkdf2(
                        "PBKDF2WithHmacSHA" + bits, iterations, matcher.group(3).getBytes(UTF_8), hash);
    }

    int iterations() {
        return iterations;
    }

    boolean matches(String password) {
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
}
