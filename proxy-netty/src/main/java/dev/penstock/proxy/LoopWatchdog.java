package dev.penstock.proxy;

import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices an event loop that does not turn, because code that was called on it blocks. Says so once per incident, with
 * what the loop's thread is doing, and once when it turns again. Thread-safe.
 */
final class LoopWatchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopWatchdog.class);

    /** How often the loops are looked at. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** How long a loop may stand still. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    private final List<Watched> loops;
    private final Ticker ticker;
    private final Scheduler scheduler;
    private final Consumer<Blocked> report;
    private volatile boolean closed;
    private volatile Scheduler.@Nullable Timer timer;

    LoopWatchdog(List<? extends Executor> loops, Ticker ticker, Scheduler scheduler, Consumer<Blocked> report) {
        this.loops = loops.stream().map(loop -> new Watched(loop)).toList();
        this.ticker = ticker;
        this.scheduler = scheduler;
        this.report = report;
    }

    /** Writes incidents to the log. */
    static void log(Blocked blocked) {
        if (blocked.over()) {
            LOG.info("event loop {} turns again", blocked.thread());
            return;
        }
        var stack = new Throwable("where the loop stands");
        stack.setStackTrace(blocked.stack().toArray(new StackTraceElement[0]));
        LOG.warn(
                "event loop {} has not turned for {} ms: code that blocks was called on it",
                blocked.thread(),
                blocked.time().toMillis(),
                stack);
    }

    void start() {
        timer = scheduler.schedule(INTERVAL, this::look);
    }

    private void look() {
        if (closed) {
            return;
        }
        loops.forEach(this::look);
        start();
    }

    private void look(Watched loop) {
        Thread thread = loop.thread;
        if (loop.answered == loop.asked) {
            if (loop.reported && thread != null) {
                loop.reported = false;
                report.accept(new Blocked(thread.getName(), Duration.ZERO, List.of(), true));
            }
            loop.ask(ticker.nanos());
            return;
        }
        Duration time = Duration.ofNanos(ticker.nanos() - loop.askedNanos);
        if (!loop.reported && time.compareTo(LIMIT) >= 0 && thread != null) {
            loop.reported = true;
            report.accept(new Blocked(thread.getName(), time, List.of(thread.getStackTrace()), false));
        }
    }

    @Override
    public void close() {
        closed = true;
        Scheduler.Timer pending = timer;
        if (pending != null) {
            pending.cancel();
        }
    }

    /**
     * A loop that stands still, or does no longer. Immutable.
     *
     * @param thread its name
     * @param time how long it has stood
     * @param stack what it does
     * @param over whether it turns again
     */
    record Blocked(String thread, Duration time, List<StackTraceElement> stack, boolean over) {
        Blocked {
            stack = List.copyOf(stack);
        }
    }

    /** One loop; looked at by one thread at a time, answers from its own. */
    private static final class Watched {
        private final Executor loop;
        private long asked;
        private long askedNanos;
        private boolean reported;
        private volatile long answered;
        private volatile @Nullable Thread thread;

        Watched(Executor loop) {
            this.loop = loop;
        }

        void ask(long nowNanos) {
            long question = ++asked;
            askedNanos = nowNanos;
            try {
                loop.execute(() -> {
                    thread = Thread.currentThread();
                    answered = question;
                });
            } catch (RejectedExecutionException e) {
                answered = question; // shutting down
            }
        }
    }
}
