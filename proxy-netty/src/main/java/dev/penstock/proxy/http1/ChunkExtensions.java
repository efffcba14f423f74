package dev.penstock.proxy.http1;

/**
 * Checks the extensions of a chunk, which nobody here understands, byte by byte (RFC 9112, 7.1.1); a blank after a value without
 * quotes is not taken. Not thread-safe.
 */
final class ChunkExtensions {
    private enum State {
        BEFORE_SEMICOLON,
        BEFORE_NAME,
        NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        VALUE,
        AFTER_VALUE,
        QUOTED,
        QUOTED_PAIR,
        WRONG
    }

    private State state = State.BEFORE_SEMICOLON;

    void reset() {
        state = State.BEFORE_SEMICOLON;
    }

    /** Whether the byte may come next. */
    boolean takes(byte b) {
        state = switch (state) {
            case BEFORE_SEMICOLON -> Octets.isBlank(b) ? state : b == ';' ? State.BEFORE_NAME : State.WRONG;
            case BEFORE_NAME -> Octets.isBlank(b) ? state : Octets.isToken(b) ? State.NAME : State.WRONG;
            case NAME -> Octets.isToken(b) ? state : afterName(b);
            case AFTER_NAME -> afterName(b);
            case BEFORE_VALUE ->
                Octets.isBlank(b) ? state : b == '"' ? State.QUOTED : Octets.isToken(b) ? State.VALUE : State.WRONG;
            case VALUE -> Octets.isToken(b) ? state : b == ';' ? State.BEFORE_NAME : State.WRONG;
            case AFTER_VALUE -> b == ';' ? State.BEFORE_NAME : blank(b, State.AFTER_VALUE);
            case QUOTED ->
                b == '"' ? State.AFTER_VALUE : b == '\\' ? State.QUOTED_PAIR : isText(b) ? state : State.WRONG;
            case QUOTED_PAIR -> isText(b) ? State.QUOTED : State.WRONG;
            case WRONG -> state;
        };
        return state != State.WRONG;
    }

    /** Beyond ASCII nothing is taken: nobody says what it would mean. */
    private static boolean isText(byte b) {
        return b > 0 && Octets.isValue(b);
    }

    private static State afterName(byte b) {
        return b == '=' ? State.BEFORE_VALUE : b == ';' ? State.BEFORE_NAME : blank(b, State.AFTER_NAME);
    }

    private static State blank(byte b, State after) {
        return Octets.isBlank(b) ? after : State.WRONG;
    }

    /** Whether the line may end here; blanks at its end are refused. */
    boolean mayEnd(byte last) {
        return (state == State.NAME || state == State.VALUE || state == State.AFTER_VALUE) && !Octets.isBlank(last);
    }
}
