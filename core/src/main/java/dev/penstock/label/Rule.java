package dev.penstock.label;

import java.util.List;

/** The condition of a router in Traefik's words, as it is written. Immutable. */
sealed interface Rule {
    /**
     * A condition on one part of a request.
     *
     * @param function lower case
     * @param args not empty
     * @param at the index of its first character
     */
    record Condition(String function, List<Arg> args, int at) implements Rule {}

    /** A text in quotes and the index of its first character. */
    record Arg(String text, int at) {}

    /** All hold. */
    record All(List<Rule> parts) implements Rule {}

    /** At least one holds. */
    record OneOf(List<Rule> parts) implements Rule {}

    /** It does not hold. */
    record Not(Rule part, int at) implements Rule {}
}
