package dev.penstock.health;

/**
 * A connection comes about. Immutable.
 *
 * @param port where to, {@code 1..65535}; {@code 0}: the port of the endpoint
 */
public record TcpCheck(int port) implements Check {
    /** To the port of the endpoint. */
    public static final TcpCheck OWN_PORT = new TcpCheck(0);

    /** Checks the range. */
    public TcpCheck {
        HttpCheck.checkPort(port);
    }
}
