package dev.penstock.health;

/** What an active check asks of an endpoint. Immutable. */
public sealed interface Check permits HttpCheck, TcpCheck {
    /**
     * Where it connects to.
     *
     * @return {@code 1..65535}; {@code 0}: the port of the endpoint
     */
    int port();
}
