package dev.penstock.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads heads of requests: one space between the parts of the first line (RFC 9112, 3). Not thread-safe. */
final class RequestReader extends HeadReader {
    private static final int START = 0;
    private static final int EMPTY_LINE = 1;
    private static final int METHOD = 2;
    private static final int TARGET = 3;
    private static final int VERSION = 4;
    private static final int LINE_END = 5;

    private static final int SLACK = 320;
    private static final String VERSION_FORM = "HTTP/d.d";
    private static final byte[] USUAL = "HTTP/1.1\r".getBytes(StandardCharsets.US_ASCII);
    private static final String[] METHODS = {"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT"};

    private final int maxLineBytes;
    private int state;
    private boolean emptyLineSeen;
    private int begin;
    private int methodEnd;
    private int targetEnd;
    private int version;

    RequestReader(int maxLineBytes, int maxFieldBytes, int maxFields, int maxNominated) {
        super(new FieldScanner(maxFieldBytes, maxFields), maxNominated, SLACK);
        this.maxLineBytes = maxLineBytes;
    }

    @Override
    void resetLine() {
        state = START;
        emptyLineSeen = false;
        version = 0;
    }

    @Override
    int usualLine() {
        return version == 11 ? begin : -1;
    }

    /** Tells whether something of a head has come. */
    boolean begun() {
        return state > EMPTY_LINE;
    }

    @Override
    int line(byte[] b, int from, int to) {
        int at = from;
        while (at < to) {
            byte now = b[at];
            switch (state) {
                case START -> {
                    if (now == '\r' && !emptyLineSeen) {
                        state = EMPTY_LINE;
                        at++;
                    } else {
                        begin = at;
                        state = METHOD;
                    }
                }
                case EMPTY_LINE -> {
                    if (now != '\n') {
                        return refuse(HeadFault.MALFORMED);
                    }
                    emptyLineSeen = true; // RFC 9112, 2.2: one at least is to be tolerated
                    state = START;
                    at++;
                }
                case METHOD -> {
                    while (at < to && Octets.isToken(b[at])) {
                        at++;
                    }
                    if (at < to) {
                        methodEnd = at;
                        at = part(b, at, begin, TARGET);
                    }
                }
                case TARGET -> {
                    while (at < to && Octets.isTarget(b[at])) {
                        at++;
                    }
                    if (at < to) {
                        targetEnd = at;
                        at = part(b, at, methodEnd + 1, VERSION);
                    }
                }
                case VERSION -> at = isUsual(b, at, to) ? usual(at) : version(b, at);
                default -> {
                    return now == '\n' ? at + 1 : refuse(HeadFault.MALFORMED);
                }
            }
            if (fault() != null) {
                return MORE;
            }
        }
        return isTooLong(to) ? refuse(HeadFault.LINE_TOO_LONG) : MORE;
    }

    /** At the byte that ends a part of the line. */
    private int part(byte[] b, int at, int partBegin, int next) {
        if (isTooLong(at + 1)) {
            return refuse(HeadFault.LINE_TOO_LONG);
        }
        if (b[at] != ' ' || at == partBegin) {
            return refuse(HeadFault.MALFORMED);
        }
        state = next;
        return at + 1;
    }

    /** Whether all of it has come, and is that of nearly all requests. */
    private boolean isUsual(byte[] b, int at, int to) {
        return at == targetEnd + 1
                && to - at >= USUAL.length
                && Arrays.equals(b, at, at + USUAL.length, USUAL, 0, USUAL.length)
                && !isTooLong(at + USUAL.length - 1);
    }

    private int usual(int at) {
        version = 11;
        state = LINE_END;
        return at + USUAL.length;
    }

    private int version(byte[] b, int at) {
        int done = at - targetEnd - 1;
        if (done == VERSION_FORM.length()) {
            if (b[at] != '\r') {
                return refuse(HeadFault.MALFORMED);
            }
            state = LINE_END;
            return version == 10 || version == 11 ? at + 1 : refuse(HeadFault.VERSION_UNKNOWN);
        }
        if (isTooLong(at + 1)) {
            return refuse(HeadFault.LINE_TOO_LONG);
        }
        char form = VERSION_FORM.charAt(done);
        if (form == 'd') {
            version = version * 10 + (b[at] - '0');
        }
        boolean fits = form == 'd' ? b[at] >= '0' && b[at] <= '9' : b[at] == form;
        return fits ? at + 1 : refuse(HeadFault.MALFORMED);
    }

    private boolean isTooLong(int at) {
        return state >= METHOD && state <= VERSION && at - begin > maxLineBytes;
    }

    boolean isHttp10() {
        return version == 10;
    }

    String method() {
        byte[] b = block();
        int length = methodEnd - begin;
        for (String method : METHODS) {
            if (method.length() == length && isAt(method, b, begin)) {
                return method;
            }
        }
        return new String(b, begin, length, StandardCharsets.ISO_8859_1);
    }

    private static boolean isAt(String text, byte[] b, int from) {
        for (int i = 0; i < text.length(); i++) {
            if (b[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    String target() {
        return new String(block(), methodEnd + 1, targetEnd - methodEnd - 1, StandardCharsets.ISO_8859_1);
    }
}
