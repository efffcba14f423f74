package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.ControlThreads;
import dev.penstock.time.Scheduler;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Closes plug-ins on a scheduler: one by one as life goes on, and all that are left at the end, without waiting for ever.
 * Thread-safe.
 */
public final class Closings {
    private static final long START_LIMIT_MILLIS = 100;
    private static final long END_LIMIT_MILLIS = 900;

    private final Scheduler scheduler;
    private final Set<Closing> open = ConcurrentHashMap.newKeySet();

    /**
     * Nothing to close yet.
     *
     * @param scheduler runs the tasks
     */
    public Closings(Scheduler scheduler) {
        this.scheduler = requireNonNull(scheduler, "scheduler");
    }

    /**
     * Has a task run on the scheduler. Returns at once.
     *
     * @param task must not throw
     */
    public void start(Runnable task) {
        var closing = new Closing(task);
        open.add(closing);
        scheduler.execute(closing);
    }

    /**
     * Starts the tasks, side by side, and waits a second at most for them and all that were started before; those that no
     * thread was free for run on threads of their own.
     *
     * @param tasks must not throw
     * @return how many have not ended
     */
    public long finish(List<Runnable> tasks) {
        tasks.forEach(this::start);
        List<Closing> all = List.copyOf(open);
        var whole = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        if (!await(whole, START_LIMIT_MILLIS)) {
            runOnOwnThreads(all, whole);
            await(whole, END_LIMIT_MILLIS);
        }
        return all.stream().filter(closing -> !closing.isDone()).count();
    }

    /** They end with the tasks: one that blocks for good keeps its thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // closing throws nothing
    private static void runOnOwnThreads(List<Closing> left, CompletableFuture<Void> whole) {
        ControlThreads own = ControlThreads.create();
        left.forEach(own::execute);
        whole.whenComplete((done, problem) -> own.close());
    }

    private static boolean await(CompletableFuture<Void> whole, long millis) {
        try {
            whole.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        }
    }

    /** A task that two threads may try to run and one does; done when it has ended. */
    private final class Closing extends CompletableFuture<Void> implements Runnable {
        private final Runnable task;
        private final AtomicBoolean taken = new AtomicBoolean();

        private Closing(Runnable task) {
            this.task = requireNonNull(task, "task");
        }

        @Override
        public void run() {
            if (taken.compareAndSet(false, true)) {
                try {
                    task.run();
                } finally {
                    open.remove(this);
                    complete(null);
                }
            }
        }
    }
}
