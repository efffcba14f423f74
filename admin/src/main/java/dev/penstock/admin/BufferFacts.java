package dev.penstock.admin;

/**
 * What a running program says of the bytes that wait in its connections. Immutable.
 *
 * @param heldBytes how many do now
 * @param mostBytes how many may
 */
public record BufferFacts(long heldBytes, long mostBytes) {
    /** Of a program that serves nothing. */
    public static final BufferFacts NONE = new BufferFacts(0, 0);
}
