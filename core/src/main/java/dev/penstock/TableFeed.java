package dev.penstock;

import dev.penstock.catalog.Catalog;
import dev.penstock.time.SerialExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells one observer the newest table, one call at a time; one that is slow misses those between. Thread-safe. */
final class TableFeed implements Catalog.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(TableFeed.class);

    private final Consumer<Table> observer;
    private final SerialExecutor serial;
    private final AtomicReference<@Nullable Table> newest = new AtomicReference<>();
    private volatile boolean closed;

    TableFeed(Consumer<Table> observer, Executor threads) {
        this.observer = observer;
        this.serial = new SerialExecutor(threads);
    }

    void tell(Table table) {
        if (newest.getAndSet(table) == null) {
            serial.execute(this::deliver);
        }
    }

    private void deliver() {
        Table table = newest.getAndSet(null);
        if (table != null && !closed) {
            try {
                observer.accept(table);
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                LOG.warn("observer {} of tables threw", observer, e);
            }
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
