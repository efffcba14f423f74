package dev.penstock.time;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the control path: a few, and more while tasks block, up to a limit. Thread-safe.
 *
 * <p>A burst of short tasks is done by as many threads as there are processors. A task that blocks holds one thread: where
 * none gets on with what waits, another is started every few milliseconds, until the limit is reached. Tasks wait in the
 * order given, none is lost. Threads are daemons named {@code penstock-control-N}; one that was idle for five seconds
 * ends. All timers share one thread, which only hands their tasks over; those of 50 ms and more are up to 4 ms late, so
 * that thousands of them wake it only now and then. What a task throws is logged and counted.
 *
 * <p>After {@link #close()} tasks are dropped without an exception: there is nobody left to do them for, and those who
 * hand them in (network threads, user code) are not to be disturbed by a shutdown under way.
 */
public final class ControlThreads implements Scheduler, AutoCloseable {
    /** The threads that {@link #create()} allows. */
    public static final int DEFAULT_LIMIT = 64;

    private static final Logger LOG = LoggerFactory.getLogger(ControlThreads.class);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final long RELIEF_MILLIS = 5;
    private static final long COARSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final Timer NO_TIMER = () -> {};

    private final AtomicLong started = new AtomicLong();
    private final LongAdder failures = new LongAdder();
    private final Handover queue = new Handover(this::queues, this::watch);
    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor timers;
    private final AtomicBoolean watched = new AtomicBoolean();
    private final int few;
    private volatile @Nullable Thread relieving;

    private ControlThreads(int limit) {
        this(limit, null);
    }

    /** With threads made by somebody else, for tests of what happens when none can be made. */
    ControlThreads(int limit, @Nullable ThreadFactory factory) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 or more)");
        }
        few = Math.min(limit, Math.max(2, Runtime.getRuntime().availableProcessors()));
        workers = new ThreadPoolExecutor(
                0,
                limit,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                queue,
                factory == null ? this::thread : factory,
                (task, pool) -> enqueue(task));
        timers = new ScheduledThreadPoolExecutor(
                1, task -> daemon(task, "penstock-control-timer"), (task, pool) -> dropped());
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Threads with the default limit; none is started before the first task.
     *
     * @return to be closed by the caller
     */
    public static ControlThreads create() {
        return new ControlThreads(DEFAULT_LIMIT);
    }

    /**
     * Threads with a limit of one's own.
     *
     * @param limit tasks that run at the same time at most, {@code >= 1}
     * @return to be closed by the caller
     * @throws IllegalArgumentException if the limit is below 1
     */
    public static ControlThreads withLimit(int limit) {
        return new ControlThreads(limit);
    }

    @Override
    public void execute(Runnable task) {
        requireNonNull(task, "task");
        Runnable contained = () -> contain(task);
        try {
            workers.execute(contained);
        } catch (OutOfMemoryError noThread) { // so the JDK says that the system gives no further thread
            leaveToOthers(contained, noThread);
        }
    }

    private void leaveToOthers(Runnable task, OutOfMemoryError noThread) {
        queue.put(task);
        if (workers.getPoolSize() == 0 && queue.remove(task)) {
            throw noThread;
        }
        LOG.warn("control threads: no further one can be started; {} do all the work", threads(), noThread);
    }

    /** Tasks that wait for a thread. */
    int waiting() {
        return queue.size();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        requireNonNull(task, "task");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: " + delay + " (expected: 0 or more)");
        }
        try {
            ScheduledFuture<?> timer =
                    timers.schedule(() -> execute(task), grained(nanos(delay)), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException closed) {
            dropped();
            return NO_TIMER;
        }
    }

    /**
     * Counts the tasks that threw.
     *
     * @return since the start
     */
    public long failures() {
        return failures.sum();
    }

    /**
     * Counts the threads that run or wait for tasks; the one of the timers is not among them.
     *
     * @return {@code 0..limit}
     */
    public int threads() {
        return workers.getPoolSize();
    }

    /**
     * Drops what waits, interrupts what runs, and waits up to a second for the threads to end; a task that ignores the
     * interrupt is logged. Called from one of its own tasks, it does not wait.
     */
    @Override
    public void close() {
        timers.shutdownNow();
        workers.shutdownNow();
        if (Thread.currentThread() instanceof ControlThread own && own.owner == this) {
            return;
        }
        try {
            if (!workers.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("control threads: {} still busy after close and an interrupt (expected: 0)", threads());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void enqueue(Runnable task) {
        if (workers.isShutdown()) {
            dropped();
            return;
        }
        queue.put(task);
        // Between the refusal and the line above all workers may have ended, or the pool may have been closed.
        if ((workers.getPoolSize() == 0 || workers.isShutdown()) && queue.remove(task)) {
            workers.execute(task);
        }
    }

    /** Or another thread is started. */
    private boolean queues() {
        return relieving != Thread.currentThread() && workers.getPoolSize() >= few;
    }

    /** Looks after what waits: as long as something does, the threads must get on. */
    @SuppressWarnings("FutureReturnValueIgnored") // relieve() throws nothing
    private void watch() {
        if (watched.compareAndSet(false, true)) {
            long done = workers.getCompletedTaskCount();
            timers.schedule(() -> relieve(done), RELIEF_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void relieve(long doneBefore) {
        watched.set(false);
        if (queue.isEmpty()) {
            return;
        }
        boolean stuck = workers.getCompletedTaskCount() == doneBefore;
        if (stuck && workers.getPoolSize() < workers.getMaximumPoolSize()) {
            startOne();
        }
        watch();
    }

    private void startOne() {
        relieving = Thread.currentThread(); // its task starts a thread, which goes on with what waits
        try {
            workers.execute(() -> {});
        } catch (OutOfMemoryError noThread) {
            LOG.debug("control threads: no further one can be started", noThread);
        } finally {
            relieving = null;
        }
    }

    private void contain(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            failures.increment();
            LOG.warn("control task {} threw", task, e);
        }
    }

    private Thread thread(Runnable worker) {
        var thread = new ControlThread(this, worker, "penstock-control-" + started.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    private static Thread daemon(Runnable worker, String name) {
        var thread = new Thread(worker, name);
        thread.setDaemon(true);
        return thread;
    }

    private static void dropped() {
        LOG.debug("control threads: closed; a task was dropped");
    }

    /** Rounds up, so that timers that are nearly due at once are due at once. */
    private static long grained(long delay) {
        return delay < COARSE_NANOS
                ? delay
                : delay + GRAIN_NANOS - 1 - Math.floorMod(Ticker.system().nanos() + delay - 1, GRAIN_NANOS);
    }

    private static long nanos(Duration delay) {
        return delay.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 2 : delay.toNanos();
    }

    /** A thread that knows whose it is, so that close() does not wait for its own caller. */
    private static final class ControlThread extends Thread {
        private final ControlThreads owner;

        private ControlThread(ControlThreads owner, Runnable worker, String name) {
            super(worker, name);
            this.owner = owner;
        }
    }
}
