package dev.penstock.proxy;

import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Checks the bytes of a request head against RFC 9112, more strictly than the decoder after it does: one space between
 * the parts of the request line, CRLF after each line and nowhere else, no folded line, no control character, a name of
 * token characters right before the colon, and the limits. Confined to its event loop.
 */
final class HeadScanner implements ByteProcessor {
    private static final int START = 0;
    private static final int EMPTY_LINE = 1;
    private static final int METHOD = 2;
    private static final int TARGET = 3;
    private static final int VERSION = 4;
    private static final int LINE_END = 5;
    private static final int FIELD_START = 6;
    private static final int NAME = 7;
    private static final int VALUE = 8;
    private static final int HEAD_END = 9;

    private static final String VERSION_FORM = "HTTP/d.d";
    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private final int maxLineBytes;
    private final int maxFieldBytes;
    private int maxFields;
    private int state;
    private int lineBytes;
    private int partBytes;
    private int fieldBytes;
    private int fields;
    private int version;
    private boolean emptyLineSeen;
    private @Nullable ErrorAnswer fault;

    HeadScanner(int maxLineBytes, int maxFieldBytes, int maxFields) {
        this.maxLineBytes = maxLineBytes;
        this.maxFieldBytes = maxFieldBytes;
        this.maxFields = maxFields;
    }

    static boolean isToken(byte b) {
        return b >= 0 && TOKEN[b];
    }

    /** Makes ready for the next head. */
    void reset(int maxFields) {
        this.maxFields = maxFields;
        state = START;
        lineBytes = 0;
        partBytes = 0;
        fieldBytes = 0;
        fields = 0;
        version = 0;
        emptyLineSeen = false;
        fault = null;
    }

    /** Tells whether something of a head has come. */
    boolean begun() {
        return state > EMPTY_LINE;
    }

    /** What is wrong; null where nothing is, so that the byte at which the scan stopped is the last of the head. */
    @Nullable
    ErrorAnswer fault() {
        return fault;
    }

    @Override
    public boolean process(byte b) {
        return switch (state) {
            case START -> start(b);
            case EMPTY_LINE -> emptyLine(b);
            case METHOD -> method(b);
            case TARGET -> target(b);
            case VERSION -> version(b);
            case LINE_END -> expect(b, '\n', FIELD_START);
            case FIELD_START -> fieldStart(b);
            case NAME -> name(b);
            case VALUE -> value(b);
            default -> b != '\n' && malformed();
        };
    }

    private boolean start(byte b) {
        if (b == '\r' && !emptyLineSeen) {
            state = EMPTY_LINE;
            return true;
        }
        state = METHOD;
        return method(b);
    }

    private boolean emptyLine(byte b) {
        emptyLineSeen = true; // RFC 9112, 2.2: one at least is to be tolerated
        return expect(b, '\n', START);
    }

    private boolean method(byte b) {
        return part(b, isToken(b), TARGET);
    }

    private boolean target(byte b) {
        return part(b, b > ' ' && b < 0x7f && b != '#', VERSION);
    }

    private boolean part(byte b, boolean allowed, int next) {
        if (++lineBytes > maxLineBytes) {
            return refuse(ErrorAnswer.TARGET_TOO_LONG);
        }
        if (b == ' ' && partBytes > 0) {
            partBytes = 0;
            state = next;
            return true;
        }
        partBytes++;
        return allowed || malformed();
    }

    private boolean version(byte b) {
        if (partBytes == VERSION_FORM.length()) {
            if (b != '\r') {
                return malformed();
            }
            state = LINE_END;
            return (version == 10 || version == 11) || refuse(ErrorAnswer.VERSION_UNKNOWN);
        }
        if (++lineBytes > maxLineBytes) {
            return refuse(ErrorAnswer.TARGET_TOO_LONG);
        }
        char form = VERSION_FORM.charAt(partBytes++);
        if (form != 'd') {
            return b == form || malformed();
        }
        version = version * 10 + (b - '0');
        return (b >= '0' && b <= '9') || malformed();
    }

    private boolean fieldStart(byte b) {
        if (b == '\r') {
            state = HEAD_END;
            return true;
        }
        if (++fields > maxFields) {
            return refuse(ErrorAnswer.FIELDS_TOO_LARGE);
        }
        state = NAME;
        return fieldByte() && (isToken(b) || malformed());
    }

    private boolean name(byte b) {
        if (b == ':') {
            state = VALUE;
            return fieldByte();
        }
        return fieldByte() && (isToken(b) || malformed());
    }

    private boolean value(byte b) {
        if (b == '\r') {
            state = LINE_END;
            fieldBytes++; // the line's end counts: the decoder counts it too
            return fieldByte();
        }
        boolean allowed = b >= ' ' ? b != 0x7f : (b < 0 || b == '\t');
        return fieldByte() && (allowed || malformed());
    }

    private boolean fieldByte() {
        return ++fieldBytes <= maxFieldBytes || refuse(ErrorAnswer.FIELDS_TOO_LARGE);
    }

    private boolean expect(byte b, char expected, int next) {
        state = next;
        return b == expected || malformed();
    }

    private boolean malformed() {
        return refuse(ErrorAnswer.MALFORMED);
    }

    private boolean refuse(ErrorAnswer answer) {
        fault = answer;
        return false;
    }
}
