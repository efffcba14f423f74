package dev.penstock.proxy;

/**
 * Is told what became of each request. Called one record at a time, never on an event loop; it may be slow or throw
 * without any effect on traffic. Records beyond a backlog of 8,192 are dropped and counted.
 */
@FunctionalInterface
public interface ExchangeObserver {
    /**
     * A request is over.
     *
     * @param record what became of it
     */
    void completed(ExchangeRecord record);

    /**
     * A client was refused or cut off, with or without a request of its own.
     *
     * @param record who, and why
     */
    default void refused(RefusalRecord record) {}
}
