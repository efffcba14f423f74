package dev.penstock.runtime;

import dev.penstock.config.AccessField;
import dev.penstock.config.AccessFormat;
import dev.penstock.config.AccessLogSettings;
import dev.penstock.proxy.ExchangeRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record as a line of visible ASCII characters, whatever a client sent: no value ends a line, a field or a text in
 * quotes, and no escape reaches a terminal. What stands between the values is made once. Confined to its writer.
 */
final class AccessLine {
    /** Whose blanks are of the form, and none of a client's. */
    private static final Set<AccessField> HAVE_BLANKS = Set.of(AccessField.COMMON_TIME, AccessField.REQUEST);

    private final AccessValues values;
    private final Piece[] pieces;
    private final byte[] end;

    /** A field, and what stands around its value. */
    private static final class Piece {
        private final AccessField field;
        private final byte[] before;
        private final byte[] behind;
        private final byte[] none;
        private final @Nullable AccessText text;

        Piece(AccessField field, String before, Escaping escaping, String behind, String none) {
            this.field = field;
            this.before = ascii(before);
            this.behind = ascii(behind);
            this.none = ascii(none);
            this.text =
                    AccessValues.isText(field) ? new AccessText(this.before, escaping, this.behind, this.none) : null;
        }
    }

    AccessLine(AccessLogSettings settings) {
        this.values = new AccessValues(settings.query());
        boolean isJson = settings.format().isJson();
        List<Piece> made = new ArrayList<>();
        this.end = ascii((isJson ? json(made) : template(made, settings.format().parts())) + "\n");
        this.pieces = made.toArray(Piece[]::new);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** What is empty is left out. Returns what ends a line; the first field, the time, is never left out. */
    private static String json(List<Piece> made) {
        for (AccessField field : AccessField.ofJson()) {
            String quote = field.isNumber() ? "" : "\"";
            String before = (made.isEmpty() ? "{" : ",") + "\"" + field.token() + "\":" + quote;
            made.add(new Piece(field, before, Escaping.JSON, quote, ""));
        }
        return "}";
    }

    /** Returns what ends a line. Blanks stay in quotes, and where the form of a field has some. */
    private static String template(List<Piece> made, List<AccessFormat.Part> parts) {
        var text = new StringBuilder();
        boolean quoted = false;
        for (AccessFormat.Part part : parts) {
            AccessField field = part.field();
            if (field == null) {
                text.append(part.text());
                quoted ^= part.text().chars().filter(c -> c == '"').count() % 2 == 1;
            } else {
                Escaping escaping = quoted || HAVE_BLANKS.contains(field) ? Escaping.QUOTED : Escaping.FIELD;
                made.add(new Piece(field, text.toString(), escaping, "", text + "-"));
                text.setLength(0);
            }
        }
        return text.toString();
    }

    /** Writes it, with the end of the line. */
    void append(LineBuffer line, ExchangeRecord record, long epochMillis) {
        for (Piece piece : pieces) {
            AccessText text = piece.text;
            if (text != null) {
                text.append(line, values.text(piece.field, record));
            } else {
                appendNumber(line, piece, record, epochMillis);
            }
        }
        line.append(end);
    }

    private void appendNumber(LineBuffer line, Piece piece, ExchangeRecord record, long epochMillis) {
        int before = line.length();
        line.append(piece.before);
        int value = line.length();
        values.append(line, piece.field, record, epochMillis);
        if (line.length() > value) {
            line.append(piece.behind);
        } else {
            line.cut(before);
            line.append(piece.none);
        }
    }
}
