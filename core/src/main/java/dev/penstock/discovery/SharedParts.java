package dev.penstock.discovery;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What several sources of one application use together, as the one connection to a server that catalogs and services read:
 * made for the first of them, closed after the last. Thread-safe.
 */
public final class SharedParts {
    private final Map<Object, Use> uses = new HashMap<>();

    /** Nothing yet. */
    public SharedParts() {}

    /**
     * A part that is held.
     *
     * @param <T> what it is
     */
    public interface Held<T> extends AutoCloseable {
        /**
         * The part.
         *
         * @return not to be closed but by {@link #close()}
         */
        T part();

        /** Lets go of it; does nothing the second time. */
        @Override
        void close();
    }

    /**
     * Holds a part.
     *
     * @param <T> what it is
     * @param key names it among all parts; equal keys must come with makers of one type
     * @param maker makes it, quickly, under a lock
     * @param closing closes it
     * @return the part with the means to let go of it
     */
    @SuppressWarnings("unchecked") // as the key says
    public <T> Held<T> hold(Object key, Supplier<T> maker, Consumer<T> closing) {
        synchronized (uses) {
            Use use = uses.computeIfAbsent(key, k -> {
                T made = maker.get();
                return new Use(made, () -> closing.accept(made));
            });
            use.holders++;
            return new Holder<>((T) use.part, () -> release(key, use), new AtomicBoolean());
        }
    }

    private void release(Object key, Use use) {
        synchronized (uses) {
            use.holders--;
            if (use.holders > 0) {
                return;
            }
            uses.remove(key);
        }
        use.closing.run();
    }

    /** A part and the number of its holders; compared by identity. */
    private static final class Use {
        private final Object part;
        private final Runnable closing;
        private int holders;

        private Use(Object part, Runnable closing) {
            this.part = part;
            this.closing = closing;
        }
    }

    private record Holder<T>(T part, Runnable release, AtomicBoolean released) implements Held<T> {
        @Override
        public void close() {
            if (released.compareAndSet(false, true)) {
                release.run();
            }
        }
    }
}
