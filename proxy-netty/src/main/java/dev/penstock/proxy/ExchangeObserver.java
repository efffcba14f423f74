package dev.penstock.proxy;

/**
 * Is told what became of each request. Called one record at a time, some milliseconds after its request was over or later, never
 * on an event loop; it may be slow or throw without any effect on traffic. Records beyond a backlog of 8,192 of what endpoints
 * had a part in, and of as many others, are dropped and counted.
 */
@FunctionalInterface
public interface ExchangeObserver {
    /**
     * A request is over, or what a client sent could not be read as one.
     *
     * @param record what became of it
     */
    void completed(ExchangeRecord record);

    /**
     * A TCP connection, or a flow of datagrams, that was passed on to an endpoint or for which none was found is over.
     *
     * @param record what became of it
     */
    default void passed(ExchangeRecord record) {}

    /** No further record waits now: what was put off until there is time may be done. */
    default void caughtUp() {}

    /** The gateway is closed: nothing is told any more. Called by whoever closes it, once. */
    default void closed() {}

    /**
     * A client was refused or cut off of whom no other record tells: it had no request then, nor was it passed on.
     *
     * @param record who, and why
     */
    default void refused(RefusalRecord record) {}
}
