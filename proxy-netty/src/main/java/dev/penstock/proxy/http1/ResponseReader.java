package dev.penstock.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads heads of answers (RFC 9112, 4). Not thread-safe. */
final class ResponseReader extends HeadReader {
    private static final int VERSION = 0;
    private static final int STATUS = 1;
    private static final int AFTER_STATUS = 2;
    private static final int REASON = 3;
    private static final int LINE_END = 4;

    private static final int SLACK = 64;
    private static final String VERSION_FORM = "HTTP/1.d ";
    private static final byte[] USUAL = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_DIGITS = 3;

    private final int maxLineBytes;
    private int state;
    private int done;
    private boolean http10;
    private int status;
    private int reason;
    private int reasonEnd;

    ResponseReader(int maxLineBytes, int maxFieldBytes, int maxFields, int maxNominated) {
        super(new FieldScanner(maxFieldBytes, maxFields), maxNominated, SLACK);
        this.maxLineBytes = maxLineBytes;
    }

    @Override
    void resetLine() {
        state = VERSION;
        done = 0;
        status = 0;
        reason = 0;
        reasonEnd = 0;
    }

    @Override
    int line(byte[] b, int from, int to) {
        int at = from;
        while (at < to) {
            switch (state) {
                case VERSION -> at = done == 0 && isUsual(b, at, to) ? usual(at) : version(b, at);
                case STATUS -> at = status(b, at);
                case AFTER_STATUS -> at = afterStatus(b, at);
                case REASON -> {
                    while (at < to && Octets.isValue(b[at])) {
                        at++;
                    }
                    if (at < to) {
                        reasonEnd = at;
                        at = b[at] == '\r' && at <= maxLineBytes ? at + 1 : refuse(HeadFault.MALFORMED);
                        state = LINE_END;
                    }
                }
                default -> {
                    return b[at] == '\n' ? at + 1 : refuse(HeadFault.MALFORMED);
                }
            }
            if (fault() != null) {
                return MORE;
            }
        }
        return to > maxLineBytes + 1 ? refuse(HeadFault.LINE_TOO_LONG) : MORE;
    }

    /** Whether all of it has come, and is that of nearly all answers. */
    private static boolean isUsual(byte[] b, int at, int to) {
        return to - at >= USUAL.length && Arrays.equals(b, at, at + USUAL.length, USUAL, 0, USUAL.length);
    }

    private int usual(int at) {
        http10 = false;
        state = STATUS;
        return at + USUAL.length;
    }

    private int version(byte[] b, int at) {
        char form = VERSION_FORM.charAt(done);
        if (form == 'd') {
            http10 = b[at] == '0';
        }
        boolean fits = form == 'd' ? b[at] == '0' || b[at] == '1' : b[at] == form;
        if (++done == VERSION_FORM.length()) {
            state = STATUS;
            done = 0;
        }
        return fits ? at + 1 : refuse(HeadFault.MALFORMED);
    }

    private int status(byte[] b, int at) {
        if (b[at] < '0' || b[at] > '9') {
            return refuse(HeadFault.MALFORMED);
        }
        status = status * 10 + (b[at] - '0');
        if (++done == STATUS_DIGITS) {
            if (status < 100) {
                return refuse(HeadFault.MALFORMED);
            }
            state = AFTER_STATUS;
        }
        return at + 1;
    }

    /** A space and a reason, if only an empty one; many servers leave out the space as well. */
    private int afterStatus(byte[] b, int at) {
        if (b[at] != ' ' && b[at] != '\r') {
            return refuse(HeadFault.MALFORMED);
        }
        reason = at + 1;
        reasonEnd = reason;
        state = b[at] == ' ' ? REASON : LINE_END;
        return at + 1;
    }

    @Override
    int usualLine() {
        boolean spaced = block()[reason - 1] == ' '; // after the status
        return spaced && !http10 ? 0 : -1;
    }

    boolean isHttp10() {
        return http10;
    }

    int status() {
        return status;
    }

    String reason() {
        return new String(block(), reason, reasonEnd - reason, StandardCharsets.ISO_8859_1);
    }
}
