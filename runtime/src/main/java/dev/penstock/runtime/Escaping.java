package dev.penstock.runtime;

/** How texts that others chose are written in visible ASCII, so that none ends a line, a field or a text in quotes. */
enum Escaping {
    /** Of a string of JSON: RFC 8259, 7; all but visible ASCII as numbers. */
    JSON(true),
    /** As web servers do in quotes: quotes, backslashes and all but visible ASCII by their bytes. */
    QUOTED(true),
    /** The same where a blank ends a field: blanks are written by their bytes, too. */
    FIELD(false);

    private static final String HEX = "0123456789abcdef";

    @SuppressWarnings("ImmutableEnumChecker") // written here, and read for each character
    private final boolean[] plain = new boolean['~' + 1];

    Escaping(boolean withBlanks) {
        for (char c = ' '; c <= '~'; c++) {
            plain[c] = c != '"' && c != '\\';
        }
        plain[' '] = withBlanks;
    }

    void append(LineBuffer line, String text) {
        int next = line.appendPlain(text, 0, plain);
        while (next < text.length()) {
            escape(line, text.charAt(next));
            next = line.appendPlain(text, next + 1, plain);
        }
    }

    private void escape(LineBuffer line, char c) {
        if (this != JSON) {
            bytes(line, c);
        } else if (c == '"' || c == '\\') {
            line.append('\\');
            line.append(c);
        } else {
            line.append('\\');
            line.append('u');
            hex(line, c >> 8);
            hex(line, c & 0xff);
        }
    }

    private static void bytes(LineBuffer line, char c) {
        if (c <= 0xff) {
            line.append('\\');
            line.append('x');
            hex(line, c);
        } else {
            line.append('?'); // what comes by HTTP is one byte a character
        }
    }

    private static void hex(LineBuffer line, int eightBits) {
        line.append(HEX.charAt(eightBits >> 4));
        line.append(HEX.charAt(eightBits & 0xf));
    }
}
