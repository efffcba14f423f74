package dev.penstock.balancer;

/** The order of turns in one round of a weighted rule: who has turn 0, 1, 2 and so on. Immutable. */
interface Turns {
    /** The number of turns in a round, {@code >= 1}. */
    long count();

    /** The index of the candidate whose turn it is, {@code 0 <= turn < count()}. */
    int at(long turn);
}
