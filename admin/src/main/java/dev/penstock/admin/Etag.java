package dev.penstock.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Strong entity tags, and the conditions that name them, as of RFC 9110. Stateless. */
final class Etag {
    private static final int BYTES = 12; // two texts are one by chance once in 2^48

    private static final String ANY = "*";
    private static final Pattern TAG = Pattern.compile("(W/)?(\"[!#-~\\x80-\\xff]*\")");

    /** Empty items are no harm (5.6.1.2); possessive, so that a long one that is malformed takes no longer. */
    private static final Pattern LIST =
            Pattern.compile("[ \\t,]*+(?:(?:W/)?\"[!#-~\\x80-\\xff]*+\"[ \\t]*+(?:,[ \\t,]*+|$))++");

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

    /** Whether a GET is answered 304: what the caller has is what there is, by the weak comparison (13.1.2). */
    static boolean isKnown(AdminRequest request, String tag) {
        String condition = request.header("if-none-match");
        return ANY.equals(condition.strip()) || names(condition, tag, true);
    }

    /**
     * Refuses a change whose conditions do not hold: If-Match by the strong comparison (13.1.1), to which a weak tag is never
     * equal, If-None-Match by the weak one (13.1.2). A condition that makes no sense is refused as well, lest it seem to hold.
     *
     * @param now the representation as it is; null if there is none
     */
    static void check(AdminRequest request, @Nullable String now) {
        String match = request.header("if-match");
        String none = request.header("if-none-match");
        refuseMalformed("If-Match", match);
        refuseMalformed("If-None-Match", none);
        if (!match.isEmpty() && (now == null || !(ANY.equals(match.strip()) || names(match, of(now), false)))) {
            throw new ApiProblem(
                    412,
                    "If-Match: " + (now == null ? "there is none" : "it has changed meanwhile to " + of(now))
                            + " (expected: the ETag of what is there)");
        }
        if (!none.isEmpty() && now != null && (ANY.equals(none.strip()) || names(none, of(now), true))) {
            throw new ApiProblem(412, "If-None-Match: there is one (expected: none, or another)");
        }
    }

    private static void refuseMalformed(String header, String condition) {
        boolean wellFormed = condition.isEmpty()
                || ANY.equals(condition.strip())
                || LIST.matcher(condition).matches();
        if (!wellFormed) {
            throw new ApiProblem(400, header + ": malformed (expected: *, or ETags in quotes, joined by commas)");
        }
    }

    /** Whether one of the tags listed is this strong one; a comma may stand within a tag. */
    private static boolean names(String condition, String tag, boolean weak) {
        Matcher listed = TAG.matcher(condition);
        while (listed.find()) {
            if (listed.group(2).equals(tag) && (weak || listed.group(1) == null)) {
                return true;
            }
        }
        return false;
    }
}
