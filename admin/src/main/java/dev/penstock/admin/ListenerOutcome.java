package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

/**
 * What became of a listener. Immutable.
 *
 * @param kind how it ended
 * @param problem what is wrong, one sentence; empty if nothing is
 */
public record ListenerOutcome(Kind kind, String problem) {
    /** It is as it is defined: open, or closed if nobody defines it. */
    public static final ListenerOutcome DONE = new ListenerOutcome(Kind.DONE, "");

    /** Checks for null. */
    public ListenerOutcome {
        requireNonNull(kind, "kind");
        requireNonNull(problem, "problem");
    }

    /** How it ended. */
    public enum Kind {
        /** It is as it is defined. */
        DONE,
        /** It cannot be bound. */
        UNBOUND,
        /** Not known yet: it takes longer than anybody waits, or the program ends. */
        LATE
    }

    /**
     * It cannot be bound.
     *
     * @param problem why
     * @return the outcome
     */
    public static ListenerOutcome unbound(String problem) {
        return new ListenerOutcome(Kind.UNBOUND, problem);
    }

    /**
     * Nobody knows yet.
     *
     * @param problem what holds it up
     * @return the outcome
     */
    public static ListenerOutcome late(String problem) {
        return new ListenerOutcome(Kind.LATE, problem);
    }
}
