package dev.penstock.proxy.http1;

import org.jspecify.annotations.Nullable;

/**
 * How the end of a body is told (RFC 9112, 6.3). Immutable.
 *
 * @param kind how
 * @param length of {@link Kind#LENGTH} the bytes of the body, {@code >= 0}; else 0
 */
public record Framing(Kind kind, long length) {
    /** How the end of a body is told. */
    public enum Kind {
        /** There is none. */
        NONE,
        /** By its length. */
        LENGTH,
        /** By its last chunk. */
        CHUNKED,
        /** By the end of the connection. */
        CLOSE
    }

    static final Framing NONE = new Framing(Kind.NONE, 0);
    static final Framing CHUNKED = new Framing(Kind.CHUNKED, 0);
    static final Framing CLOSE = new Framing(Kind.CLOSE, 0);

    private static final int MOST_DIGITS = 18;
    private static final long FAULTY = -1;
    private static final long UNSAID = -2;

    /** That of a request; null where it is told in two ways, or in none that is known. */
    static @Nullable Framing ofRequest(Fields fields, boolean http10) {
        Framing framing = of(fields, http10);
        return framing != null && framing.kind() == Kind.CLOSE ? NONE : framing;
    }

    /** That of an answer to a request; null where it is told in two ways, or in none that is known. */
    static @Nullable Framing ofResponse(Fields fields, boolean http10, int status, boolean toHead) {
        Framing framing = of(fields, http10);
        boolean none = toHead || status < 200 || status == 204 || status == 304;
        return framing != null && none ? NONE : framing;
    }

    private static @Nullable Framing of(Fields fields, boolean http10) {
        long length = length(fields);
        if (length == FAULTY) {
            return null;
        }
        if (fields.contains(FieldName.TRANSFER_ENCODING)) {
            boolean chunked = fields.isOnly(FieldName.TRANSFER_ENCODING, "chunked");
            return chunked && length == UNSAID && !http10 ? CHUNKED : null;
        }
        return length == UNSAID ? CLOSE : length == 0 ? NONE : new Framing(Kind.LENGTH, length);
    }

    private static long length(Fields fields) {
        if (!fields.contains(FieldName.CONTENT_LENGTH)) {
            return UNSAID;
        }
        var values = fields.all(FieldName.CONTENT_LENGTH);
        String value = values.get(0);
        if (values.size() > 1 || value.isEmpty() || value.length() > MOST_DIGITS) {
            return FAULTY;
        }
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return FAULTY;
            }
            length = 10 * length + digit;
        }
        return length;
    }
}
