package dev.penstock.balancer;

/**
 * What keeps a client on its endpoint: a cookie that a transport sets with the answer. Immutable.
 *
 * @param cookie its name
 * @param setCookie the value of the header {@code Set-Cookie}; empty if the client has it already
 * @param forwarded whether the endpoint may see the cookie
 */
public record Affinity(String cookie, String setCookie, boolean forwarded) {}
