package dev.penstock.config;

/** Which way to the network the program takes. */
public enum TransportSetting {
    /** The best that works here. */
    AUTO,
    /** Linux epoll. */
    EPOLL,
    /** The JDK's selectors; works everywhere. */
    NIO,
    /** Linux io_uring. */
    IO_URING
}
