package dev.penstock.label;

/** A rule that cannot be understood; the message says where. */
final class RuleException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * A fault at a place.
     *
     * @param at the index of the character, from 0; people count from 1
     * @param message {@code value (expected: what would be right)}
     */
    RuleException(int at, String message) {
        super("at " + (at + 1) + ": " + message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
