package dev.penstock.observe;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.SerialExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands values to a receiver of a third party, off the thread that has them: one at a time, in order, over shared
 * threads. The receiver may be slow or throw; what comes in while 1,024 values wait is dropped and counted. Thread-safe.
 *
 * @param <T> what is handed over
 */
public final class Dispatch<T> implements AutoCloseable {
    /** The most values that wait. */
    public static final int BACKLOG = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private final Consumer<? super T> receiver;
    private final SerialExecutor serial;
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final CallGate gate = new CallGate();
    private volatile boolean closed;

    /**
     * An empty queue of its own.
     *
     * @param receiver what is told; named in the log by its class
     * @param threads runs it
     */
    public Dispatch(Consumer<? super T> receiver, Executor threads) {
        this.receiver = requireNonNull(receiver, "receiver");
        this.serial = new SerialExecutor(threads);
    }

    /**
     * Hands a value over. Returns at once.
     *
     * @param value for the receiver
     * @return false if it was dropped
     */
    public boolean offer(T value) {
        if (closed || waiting.getAndIncrement() >= BACKLOG) {
            waiting.decrementAndGet();
            drop();
            return false;
        }
        serial.execute(() -> deliver(value));
        return true;
    }

    private void drop() {
        dropped.increment();
        if (!closed && Long.bitCount(dropped.sum()) == 1) { // the 1st, 2nd, 4th, 8th and so on: seldom enough
            LOG.warn("observer {} is slow: {} events dropped so far", receiver, dropped.sum());
        }
    }

    private void deliver(T value) {
        waiting.decrementAndGet();
        if (!gate.begin()) {
            return;
        }
        try {
            receiver.accept(value);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            failed.increment();
            if (Long.bitCount(failed.sum()) == 1) {
                LOG.warn("observer {} threw, {} times so far", receiver, failed.sum(), e);
            }
        } finally {
            gate.end();
        }
    }

    /**
     * Counts the values that the receiver did not get.
     *
     * @return since the start
     */
    public long dropped() {
        return dropped.sum();
    }

    /**
     * Counts how often the receiver threw.
     *
     * @return since the start
     */
    public long failed() {
        return failed.sum();
    }

    /**
     * Drops what waits and what comes later: no call to the receiver starts afterwards. A call under way is waited for, a
     * second at most, unless it is the one that closes.
     */
    @Override
    public void close() {
        closed = true;
        gate.shut();
        gate.awaitCall();
    }
}
