package dev.penstock.proxy.blackbox;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class during which Netty found a buffer that was dropped and not released. Every class of this module is
 * checked: the extension is registered by name, and Netty watches every buffer.
 */
public final class LeakExtension implements AfterAllCallback {
    static {
        System.setProperty("io.netty.leakDetection.level", "paranoid");
        System.setProperty("io.netty.customResourceLeakDetector", CountingDetector.class.getName());
    }

    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();
    private static final int MOST_COLLECTIONS = 20;

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> leaks = found();
        if (!leaks.isEmpty()) {
            throw new AssertionError("buffers that were not released: " + leaks.size() + "\n" + leaks.get(0));
        }
    }

    /** Empties the list of what has leaked since the last call. */
    static List<String> found() {
        // Netty learns of a dropped buffer from the collector, and speaks of it when it makes the next one. What the
        // first collection found has been handed over by the time that the second one's sentinel is.
        collect();
        collect();
        ByteBufAllocator.DEFAULT.buffer(1).release();
        var leaks = List.copyOf(LEAKS);
        LEAKS.removeAll(leaks);
        return leaks;
    }

    private static void collect() {
        var queue = new ReferenceQueue<Object>();
        var sentinel = new PhantomReference<>(new Object(), queue);
        try {
            int left = MOST_COLLECTIONS;
            do {
                System.gc();
            } while (queue.remove(100) != sentinel && --left > 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Netty's detector, whose finds are kept besides being logged.
     *
     * @param <T> what may leak
     */
    public static final class CountingDetector<T> extends ResourceLeakDetector<T> {
        /**
         * As Netty makes it.
         *
         * @param type of what may leak
         * @param samplingInterval not heeded at this level
         */
        @SuppressWarnings("deprecation") // The constructor that Netty's own factory calls.
        public CountingDetector(Class<?> type, int samplingInterval) {
            super(type, samplingInterval);
        }

        /**
         * As older versions of Netty make it.
         *
         * @param type of what may leak
         * @param samplingInterval not heeded at this level
         * @param maxActive not heeded
         */
        public CountingDetector(Class<?> type, int samplingInterval, long maxActive) {
            this(type, samplingInterval);
        }

        @Override
        protected void reportTracedLeak(String type, String records) {
            LEAKS.add(type + records);
        }

        @Override
        protected void reportUntracedLeak(String type) {
            LEAKS.add(type + " (not traced)");
        }

        @Override
        protected boolean needReport() {
            return true; // Whatever is logged.
        }
    }
}
