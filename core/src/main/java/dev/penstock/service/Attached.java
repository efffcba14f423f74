package dev.penstock.service;

import dev.penstock.endpoint.Endpoint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What transports keep beside one endpoint: a copy-on-write array of keys and values, since there are hardly ever more
 * than two. Thread-safe.
 */
final class Attached {
    private static final Logger LOG = LoggerFactory.getLogger(Attached.class);
    private static final VarHandle PAIRS;

    static {
        try {
            PAIRS = MethodHandles.lookup().findVarHandle(Attached.class, "pairs", Object[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final Object[] EMPTY = {};
    private static final Object[] CLOSED = {};

    private volatile Object[] pairs = EMPTY;

    <T extends AutoCloseable> T of(Attachment<T> key, Endpoint endpoint) {
        T found = find(pairs, key);
        return found != null ? found : add(key, key.create(endpoint));
    }

    private <T extends AutoCloseable> T add(Attachment<T> key, T made) {
        while (true) {
            Object[] before = pairs;
            T found = find(before, key);
            if (found != null) {
                closeOne(made);
                return found;
            }
            if (before == CLOSED) {
                closeOne(made);
                return made;
            }
            var after = new Object[before.length + 2];
            System.arraycopy(before, 0, after, 0, before.length);
            after[before.length] = key;
            after[before.length + 1] = made;
            if (PAIRS.compareAndSet(this, before, after)) {
                return made;
            }
        }
    }

    @SuppressWarnings("unchecked") // a value is stored beside the key that made it
    private static <T extends AutoCloseable> @Nullable T find(Object[] pairs, Attachment<T> key) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] == key) {
                return (T) pairs[i + 1];
            }
        }
        return null;
    }

    void close() {
        var last = (Object[]) PAIRS.getAndSet(this, CLOSED);
        for (int i = 1; i < last.length; i += 2) {
            closeOne((AutoCloseable) last[i]);
        }
    }

    private static void closeOne(AutoCloseable value) {
        try {
            value.close();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            LOG.warn("attachment {} threw when closed", value, e);
        }
    }
}
