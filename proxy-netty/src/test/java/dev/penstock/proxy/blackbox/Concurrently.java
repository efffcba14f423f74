package dev.penstock.proxy.blackbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tasks on daemon threads of their own whose failures come out at the join. */
final class Concurrently {
    private static final long LONGEST_WAIT_SECONDS = 120;

    private final List<FutureTask<Void>> tasks = new ArrayList<>();

    private Concurrently() {}

    static Concurrently run(Task task) {
        return run(1, index -> task.run());
    }

    static Concurrently run(int threads, IndexedTask task) {
        var all = new Concurrently();
        for (int i = 0; i < threads; i++) {
            int index = i;
            var future = new FutureTask<Void>(() -> {
                task.run(index);
                return null;
            });
            all.tasks.add(future);
            var thread = new Thread(future, "test client " + i);
            thread.setDaemon(true);
            thread.start();
        }
        return all;
    }

    void join() throws InterruptedException, ExecutionException, TimeoutException {
        join(Duration.ZERO);
    }

    /** Waits for tasks that are to run for so long. */
    void join(Duration running) throws InterruptedException, ExecutionException, TimeoutException {
        for (FutureTask<Void> task : tasks) {
            task.get(LONGEST_WAIT_SECONDS + running.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    @FunctionalInterface
    interface IndexedTask {
        void run(int index) throws Exception;
    }
}
