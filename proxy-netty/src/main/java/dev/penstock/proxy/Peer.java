package dev.penstock.proxy;

/**
 * The other end of a client's connection. Immutable.
 *
 * @param text its address as an IP literal
 * @param trusted whether it is one of the proxies whose word counts
 */
record Peer(String text, boolean trusted) {}
