package dev.penstock.proxy.http1;

import org.jspecify.annotations.Nullable;

/**
 * Finds fields in bytes as they come in, up to the empty line after the last one (RFC 9112, 5): CRLF after each line and
 * nowhere else, no folded line, no control character, a name of token characters right before the colon, and the limits.
 * Not thread-safe.
 */
final class FieldScanner {
    /** More is to come. */
    static final int MORE = -1;

    private static final int START = 0;
    private static final int NAME = 1;
    private static final int VALUE = 2;
    private static final int LINE_END = 3;
    private static final int LAST_LINE_END = 4;

    private final int maxBytes;
    private int maxCount;
    private int state;
    private int count;
    private int bytes; // of the lines that are over
    private int name;
    private int nameEnd;
    private int valueEnd;
    private int hash;
    private @Nullable HeadFault fault;

    FieldScanner(int maxBytes, int maxCount) {
        this.maxBytes = maxBytes;
        this.maxCount = maxCount;
    }

    /** Makes ready for the next fields. */
    void reset(int maxCount) {
        this.maxCount = maxCount;
        state = START;
        count = 0;
        bytes = 0;
        fault = null;
    }

    /** What is wrong; null if nothing is. */
    @Nullable
    HeadFault fault() {
        return fault;
    }

    /**
     * Goes on.
     *
     * @param b all bytes of the head so far
     * @param from the first that was not looked at
     * @param to after the last
     * @param fields what is found goes there
     * @return after the last byte of the last line; {@link #MORE} if it has not come, or something is wrong
     */
    int scan(byte[] b, int from, int to, Fields fields) {
        int at = from;
        while (at < to) {
            switch (state) {
                case START -> {
                    if (b[at] == '\r') {
                        state = LAST_LINE_END;
                        at++;
                    } else if (++count > maxCount) {
                        return refuse(HeadFault.FIELDS_TOO_LARGE);
                    } else if (!Octets.isToken(b[at])) {
                        return refuse(HeadFault.MALFORMED);
                    } else {
                        name = at;
                        hash = 0;
                        state = NAME;
                    }
                }
                case NAME -> at = name(b, at, to, fields);
                case VALUE -> at = value(b, at, to);
                case LINE_END -> {
                    if (b[at++] != '\n') {
                        return refuse(HeadFault.MALFORMED);
                    }
                    bytes += at - name;
                    found(b, at, fields);
                    state = START;
                }
                default -> {
                    return b[at] == '\n' ? at + 1 : refuse(HeadFault.MALFORMED);
                }
            }
            if (fault != null) {
                return MORE;
            }
        }
        return isTooLong(to) ? refuse(HeadFault.FIELDS_TOO_LARGE) : MORE;
    }

    private int name(byte[] b, int from, int to, Fields fields) {
        int hash = this.hash;
        int at = from;
        while (at < to && Octets.isToken(b[at])) {
            if (b[at] == '_' || b[at] == '.') {
                fields.foundOdd();
            }
            hash = FieldName.hash(hash, b[at]);
            at++;
        }
        this.hash = hash;
        if (at < to) {
            if (b[at] != ':') {
                return refuse(isTooLong(at + 1) ? HeadFault.FIELDS_TOO_LARGE : HeadFault.MALFORMED);
            }
            nameEnd = at++;
            state = VALUE;
        }
        return at;
    }

    private int value(byte[] b, int from, int to) {
        int at = from;
        while (at < to && Octets.isValue(b[at])) {
            at++;
        }
        if (at < to) {
            boolean tooLong = isTooLong(b[at] == '\r' ? at + 2 : at + 1); // the line's end counts
            if (b[at] != '\r' || tooLong) {
                return refuse(tooLong ? HeadFault.FIELDS_TOO_LARGE : HeadFault.MALFORMED);
            }
            valueEnd = at++;
            state = LINE_END;
        }
        return at;
    }

    private boolean isTooLong(int at) {
        return (state == NAME || state == VALUE) && bytes + at - name > maxBytes;
    }

    private void found(byte[] b, int lineEnd, Fields fields) {
        int value = nameEnd + 1;
        int end = valueEnd;
        while (value < end && Octets.isBlank(b[value])) {
            value++;
        }
        while (end > value && Octets.isBlank(b[end - 1])) {
            end--;
        }
        fields.found(name, nameEnd, value, end, lineEnd, hash);
    }

    private int refuse(HeadFault fault) {
        this.fault = fault;
        return MORE;
    }
}
