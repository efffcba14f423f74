package dev.penstock.proxy.http1;

/** The classes of bytes that RFC 9110, 5.6.2 and 5.5 tell apart. */
final class Octets {
    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] VALUE = new boolean[256];
    private static final boolean[] TARGET = new boolean[256];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
        for (int b = 0; b < 256; b++) {
            VALUE[b] = (b >= ' ' && b != 0x7f) || b == '\t';
            TARGET[b] = b > ' ' && b < 0x7f && b != '#';
        }
    }

    private Octets() {}

    /** May stand in a method or in the name of a field. */
    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    /** May stand in the value of a field, or in a reason. */
    static boolean isValue(byte b) {
        return VALUE[b & 0xff];
    }

    /** May stand in the target of a request. */
    static boolean isTarget(byte b) {
        return TARGET[b & 0xff];
    }

    /** White space that may stand around a value. */
    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** A letter's small form; of other bytes something. */
    static int folded(int b) {
        return b | 0x20;
    }

    /** Whether two bytes are the same but for the case of a letter. */
    static boolean sameIgnoringCase(int a, int b) {
        return a == b || ((a ^ b) == 0x20 && (a | 0x20) >= 'a' && (a | 0x20) <= 'z');
    }
}
