package dev.penstock.proxy;

/**
 * The bytes that wait in the connections of a gateway. Immutable.
 *
 * @param heldBytes how many do now: parts of heads and bodies that their receivers have not taken yet, and what is kept of
 *     requests that may have to be sent again; {@code >= 0}
 * @param mostBytes how many may; beyond it those clients are cut off for which bytes have waited the longest
 */
public record BufferStatus(long heldBytes, long mostBytes) {}
