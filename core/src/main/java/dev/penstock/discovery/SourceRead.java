package dev.penstock.discovery;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One read under way: ends once, and can be called off. Thread-safe. */
final class SourceRead implements Runnable {
    private final Reading reading;
    private final End end;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Object lock = new Object();
    private @Nullable Thread thread;
    private @Nullable CompletionStage<Listing> stage;
    private boolean aborted;

    /** Reads, now or later. */
    @FunctionalInterface
    interface Reading {
        CompletionStage<Listing> start() throws Exception;
    }

    /** Told once how the read ended. */
    @FunctionalInterface
    interface End {
        void of(SourceRead read, @Nullable Listing listing, @Nullable Throwable problem);
    }

    SourceRead(Reading reading, End end) {
        this.reading = reading;
        this.end = end;
    }

    @Override
    public void run() {
        synchronized (lock) {
            if (aborted) {
                return;
            }
            thread = Thread.currentThread();
        }
        CompletionStage<Listing> answer = null;
        Throwable problem = null;
        try {
            answer = reading.start();
        } catch (Throwable e) {
            problem = e;
        }
        boolean late;
        synchronized (lock) {
            thread = null;
            stage = answer;
            late = aborted;
            if (late) {
                Thread.interrupted(); // ours, and for this call: the next task of the thread must not see it
            }
        }
        if (answer == null) {
            end(null, problem == null ? new IllegalStateException("read() returned null") : problem);
            return;
        }
        if (late) {
            cancel(answer);
        }
        answer.whenComplete(this::end);
        if (late) {
            end(null, new CancellationException()); // in case that it cannot be cancelled
        }
    }

    private void end(@Nullable Listing listing, @Nullable Throwable problem) {
        if (ended.compareAndSet(false, true)) {
            end.of(this, listing, problem);
        }
    }

    /** Ends it without an answer; false if it has ended, which is told elsewhere. */
    boolean abandon() {
        return ended.compareAndSet(false, true);
    }

    /** Interrupts or cancels; false if a thread is still in the call, which then ends the read when it returns. */
    boolean abort() {
        CompletionStage<Listing> waiting;
        synchronized (lock) {
            aborted = true;
            if (thread != null) {
                thread.interrupt();
                return false;
            }
            waiting = stage;
        }
        if (waiting != null) {
            cancel(waiting);
        }
        return true;
    }

    private static void cancel(CompletionStage<Listing> stage) {
        try {
            stage.toCompletableFuture().cancel(true);
        } catch (RuntimeException e) {
            // a stage that cannot be cancelled: its answer is ignored instead
            return;
        }
    }
}
