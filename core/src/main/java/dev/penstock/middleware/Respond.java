package dev.penstock.middleware;

/**
 * Answers by itself instead of asking the service: the phrase of a status as a line of text. Immutable.
 *
 * @param status {@code 200}, or {@code 400..599}
 */
public record Respond(int status) implements Middleware {
    /** Checks the status. */
    public Respond {
        if (status != 200 && (status < 400 || status > 599)) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200, or 400..599)");
        }
    }

    @Override
    public String text() {
        return "respond " + status;
    }

    @Override
    public boolean isStrict() {
        return false;
    }
}
