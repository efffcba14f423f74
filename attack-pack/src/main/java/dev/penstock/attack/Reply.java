package dev.penstock.attack;

import java.nio.charset.StandardCharsets;

/**
 * What an endpoint does with the attack's request. Immutable.
 *
 * @param text the bytes of the answer, as ISO 8859-1; empty for the usual answer
 * @param end what it does with the connection then
 * @param unasked bytes that it sends a moment after the answer, asked by nobody
 * @param cutShort whether the answer ends too early, so that nobody may take it for whole
 */
public record Reply(String text, End end, String unasked, boolean cutShort) {
    /** The usual answer to a request, which names its target. */
    public static final Reply WELL = new Reply("", End.KEEP, "", false);

    /** What becomes of the connection after the answer. */
    public enum End {
        /** It stays open. */
        KEEP,
        /** It is closed in order. */
        CLOSE,
        /** It is reset. */
        RESET
    }

    static Reply kept(String text) {
        return new Reply(text, End.KEEP, "", false);
    }

    static Reply closed(String text) {
        return new Reply(text, End.CLOSE, "", false);
    }

    static Reply cut(String text, End end) {
        return new Reply(text, end, "", true);
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
