package dev.penstock.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Strong entity tags, and the conditions that name them, as of RFC 9110. Stateless. */
final class Etag {
    private static final int BYTES = 12; // two texts are one by chance once in 2^48

    private Etag() {}

    /** The tag of a representation. */
    static String of(String body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
            return '"' + HexFormat.of().formatHex(hash, 0, BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of Java", e);
        }
    }

    /** Whether a GET is answered 304: what the caller has is what there is. */
    static boolean isKnown(AdminRequest request, String tag) {
        String condition = request.header("if-none-match");
        return condition.strip().equals("*") || names(condition.replace("W/", ""), tag);
    }

    /**
     * Refuses a change whose conditions do not hold.
     *
     * @param now the representation as it is; null if there is none
     */
    static void check(AdminRequest request, @Nullable String now) {
        String match = request.header("if-match");
        String none = request.header("if-none-match");
        if (!match.isEmpty() && (now == null || !(match.strip().equals("*") || names(match, of(now))))) {
            throw new ApiProblem(
                    412,
                    "If-Match: " + (now == null ? "there is none" : "it has changed meanwhile to " + of(now))
                            + " (expected: the ETag of what is there)");
        }
        if (!none.isEmpty() && now != null && (none.strip().equals("*") || names(none, of(now)))) {
            throw new ApiProblem(412, "If-None-Match: there is one (expected: none, or another)");
        }
    }

    private static boolean names(String condition, String tag) {
        return Stream.of(condition.split(",", -1)).map(String::strip).anyMatch(tag::equals);
    }
}
