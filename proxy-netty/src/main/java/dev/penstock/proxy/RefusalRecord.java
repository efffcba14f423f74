package dev.penstock.proxy;

/**
 * A client that was refused or cut off. Immutable.
 *
 * @param listener where it was connected
 * @param client its address as an IP literal
 * @param reason why
 */
public record RefusalRecord(String listener, String client, ClientRefusal reason) {}
