package dev.penstock.discovery.consul;

/**
 * How much of an agent one source takes. Immutable.
 *
 * <p>Blocking queries, questions and the four connections for prepared queries together stay below the 200 connections
 * that an agent takes from one client.
 *
 * @param blocking blocking queries for services at a time
 * @param questions questions that are answered at once, at a time
 * @param answerBytes the longest answer that is read
 */
record Limits(int blocking, int questions, int answerBytes) {
    static final Limits DEFAULTS = new Limits(150, 24, 64 << 20);
}
