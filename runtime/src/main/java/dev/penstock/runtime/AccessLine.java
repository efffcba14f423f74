package dev.penstock.runtime;

import dev.penstock.config.AccessField;
import dev.penstock.config.AccessFormat;
import dev.penstock.config.AccessLogSettings;
import dev.penstock.proxy.ExchangeRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record as a line of visible ASCII characters, whatever a client sent: no value ends a line, a field or a text in
 * quotes, and no escape reaches a terminal. Immutable.
 */
final class AccessLine {
    private static final String HEX = "0123456789abcdef";
    private static final List<AccessField> JSON = AccessField.ofJson();

    private final AccessFormat format;
    private final AccessValues values;

    AccessLine(AccessLogSettings settings) {
        this.format = settings.format();
        this.values = new AccessValues(settings.query());
    }

    /** Writes it, with the end of the line. */
    void append(StringBuilder line, ExchangeRecord record, Instant time) {
        if (format.isJson()) {
            json(line, record, time);
        } else {
            for (AccessFormat.Part part : format.parts()) {
                part(line, part, record, time);
            }
        }
        line.append('\n');
    }

    private void part(StringBuilder line, AccessFormat.Part part, ExchangeRecord record, Instant time) {
        @Nullable AccessField field = part.field();
        if (field == null) {
            line.append(part.text());
            return;
        }
        String value = values.of(field, record, time);
        if (value.isEmpty()) {
            line.append('-');
        } else {
            text(line, value);
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

    /** As web servers do: quotes, backslashes and all but visible ASCII by their bytes. */
    private static void text(StringBuilder line, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (isVisible(c) && c != '"' && c != '\\') {
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
