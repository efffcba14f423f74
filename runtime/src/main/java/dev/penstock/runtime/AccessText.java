package dev.penstock.runtime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes one field that is a text, with what stands around it. What came twice in a row is kept as it was written: most fields
 * say the same line after line, and to escape texts is most of the work of a line. Confined to its writer.
 */
final class AccessText {
    private static final int LONGEST_KEPT = 256;

    private final byte[] before;
    private final Escaping escaping;
    private final byte[] behind;
    private final byte[] none;
    private String last = "";
    private byte @Nullable [] kept;

    /**
     * Has written nothing yet.
     *
     * @param before stands before a text
     * @param behind stands behind it
     * @param none is written in the place of all that where there is none
     */
    AccessText(byte[] before, Escaping escaping, byte[] behind, byte[] none) {
        this.before = before;
        this.escaping = escaping;
        this.behind = behind;
        this.none = none;
    }

    void append(LineBuffer line, String text) {
        if (text.isEmpty()) {
            line.append(none);
        } else if (!text.equals(last)) {
            write(line, text);
            last = text.length() <= LONGEST_KEPT ? text : "";
            kept = null;
        } else if (kept == null) {
            int start = line.length();
            write(line, text);
            kept = Arrays.copyOfRange(line.bytes(), start, line.length());
        } else {
            line.append(kept);
        }
    }

    private void write(LineBuffer line, String text) {
        line.append(before);
        escaping.append(line, text);
        line.append(behind);
    }
}
