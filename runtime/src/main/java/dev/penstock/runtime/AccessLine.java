package dev.penstock.runtime;

import dev.penstock.config.AccessField;
import dev.penstock.config.AccessFormat;
import dev.penstock.config.AccessLogSettings;
import dev.penstock.proxy.ExchangeRecord;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a record as a line of visible ASCII characters, whatever a client sent: no value ends a line, a field or a text in
 * quotes, and no escape reaches a terminal. Immutable.
 */
final class AccessLine {
    private static final String HEX = "0123456789abcdef";
    private static final List<AccessField> JSON = AccessField.ofJson();

    /** Whose blanks are of the form, and none of a client's. */
    private static final Set<AccessField> HAVE_BLANKS = Set.of(AccessField.COMMON_TIME, AccessField.REQUEST);

    private final AccessFormat format;
    private final BitSet withBlanks;
    private final AccessValues values;

    AccessLine(AccessLogSettings settings) {
        this.format = settings.format();
        this.withBlanks = withBlanks(format.parts());
        this.values = new AccessValues(settings.query());
    }

    /** Writes it, with the end of the line. */
    void append(StringBuilder line, ExchangeRecord record, Instant time) {
        if (format.isJson()) {
            json(line, record, time);
        } else {
            List<AccessFormat.Part> parts = format.parts();
            for (int i = 0; i < parts.size(); i++) {
                AccessField field = parts.get(i).field();
                if (field == null) {
                    line.append(parts.get(i).text());
                } else {
                    field(line, values.of(field, record, time), withBlanks.get(i));
                }
            }
        }
        line.append('\n');
    }

    /** Which parts of a template may say blanks: those in quotes, and those whose form has some. */
    private static BitSet withBlanks(List<AccessFormat.Part> parts) {
        var found = new BitSet();
        boolean quoted = false;
        for (int i = 0; i < parts.size(); i++) {
            AccessField field = parts.get(i).field();
            if (field == null) {
                quoted ^= parts.get(i).text().chars().filter(c -> c == '"').count() % 2 == 1;
            } else {
                found.set(i, quoted || HAVE_BLANKS.contains(field));
            }
        }
        return found;
    }

    private static void field(StringBuilder line, String value, boolean withBlanks) {
        if (value.isEmpty()) {
            line.append('-');
        } else {
            text(line, value, withBlanks);
        }
    }

    /** What is empty is left out; numbers are there, unless there is none. */
    private void json(StringBuilder line, ExchangeRecord record, Instant time) {
        char before = '{';
        for (AccessField field : JSON) {
            String value = values.of(field, record, time);
            if (value.isEmpty()) {
                continue;
            }
            line.append(before).append('"').append(field.token()).append("\":");
            before = ',';
            if (field.isNumber()) {
                line.append(value);
            } else {
                line.append('"');
                jsonText(line, value);
                line.append('"');
            }
        }
        line.append('}');
    }

    /** RFC 8259, 7; all but visible ASCII as numbers. */
    private static void jsonText(StringBuilder line, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (isVisible(c)) {
                line.append(c);
            } else {
                line.append("\\u");
                hex(line, c >> 8);
                hex(line, c & 0xff);
            }
        }
    }

    /** As web servers do: quotes, backslashes and all but visible ASCII by their bytes, and blanks where they end a field. */
    private static void text(StringBuilder line, String value, boolean withBlanks) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (isVisible(c) && c != '"' && c != '\\' && (c != ' ' || withBlanks)) {
                line.append(c);
            } else if (c <= 0xff) {
                line.append("\\x");
                hex(line, c);
            } else {
                line.append('?'); // what comes by HTTP is one byte a character
            }
        }
    }

    private static boolean isVisible(char c) {
        return c >= ' ' && c <= '~';
    }

    private static void hex(StringBuilder line, int eightBits) {
        line.append(HEX.charAt(eightBits >> 4)).append(HEX.charAt(eightBits & 0xf));
    }
}
