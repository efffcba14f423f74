package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.time.Randomness;
import java.util.List;

/** The name of a request in logs here and elsewhere: 32 hexadecimal digits, unless a trusted proxy gave another. Stateless. */
final class RequestId {
    static final FieldName HEADER = FieldName.of("X-Request-Id");

    private static final int LONGEST = 128;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(ISO_8859_1);

    private RequestId() {}

    /** That of the request if it may be believed and is one, else a new one; the request carries it from then on. */
    static String settle(Fields headers, boolean trusted, Randomness randomness) {
        if (headers.contains(HEADER)) {
            List<String> given = headers.all(HEADER);
            if (trusted && given.size() == 1 && isWellFormed(given.get(0))) {
                return given.get(0);
            }
        }
        String made = make(randomness);
        headers.set(HEADER, made);
        return made;
    }

    /** Whether it may stand in any log: not empty, not long, and of characters that mean nothing there. */
    static boolean isWellFormed(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!plain && "-._~:/+=@".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static String make(Randomness randomness) {
        var text = new byte[32];
        for (int half = 0; half < 2; half++) {
            long bits = randomness.nextLong();
            for (int i = 0; i < 16; i++) {
                text[16 * half + i] = DIGITS[(int) (bits >>> (4 * i)) & 15];
            }
        }
        return new String(text, ISO_8859_1);
    }
}
