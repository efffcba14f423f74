package dev.penstock.proxy;

/** Which transport is wanted. */
public enum TransportChoice {
    /** Epoll where it loads, else NIO. */
    AUTO,
    /** Epoll or nothing. */
    EPOLL,
    /** The JDK's. */
    NIO,
    /** io_uring or nothing. */
    IO_URING;

    Transport resolve() {
        Transport transport = switch (this) {
            case AUTO -> Transport.EPOLL.available() ? Transport.EPOLL : Transport.NIO;
            case EPOLL -> Transport.EPOLL;
            case NIO -> Transport.NIO;
            case IO_URING -> Transport.IO_URING;
        };
        if (!transport.available()) {
            throw new GatewayException(
                    java.util.List.of("transport: " + this + " (expected: one that loads here, as AUTO or NIO)"));
        }
        return transport;
    }
}
