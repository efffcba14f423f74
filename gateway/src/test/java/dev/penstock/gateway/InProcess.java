package dev.penstock.gateway;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** The program in this process, with surroundings made up. */
final class InProcess {
    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<Integer, IntConsumer> watchers = new ConcurrentHashMap<>();
    private final List<Integer> halts = new CopyOnWriteArrayList<>();
    private final Surroundings surroundings;
    private Thread thread = Thread.currentThread();

    InProcess(Map<String, String> variables) {
        Map<String, String> hasty = new HashMap<>(Map.of("PENSTOCK_DRAIN", "0s")); // nobody sends it anything more
        hasty.putAll(variables);
        surroundings = new Surroundings(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                hasty,
                (name, watcher) -> watchers.put(SIGNALS.get(name), watcher),
                halts::add);
    }

    Surroundings surroundings() {
        return surroundings;
    }

    int run(String... arguments) {
        return Program.run(surroundings, arguments);
    }

    CompletableFuture<Integer> start(String... arguments) {
        return CompletableFuture.supplyAsync(() -> run(arguments), task -> {
            thread = new Thread(task, "program");
            thread.start();
        });
    }

    /** Tells whether it waits for a limited time, as while it drains, and not for a signal. */
    boolean drains() {
        return thread.getState() == Thread.State.TIMED_WAITING;
    }

    void interrupt() {
        thread.interrupt();
    }

    static int status(CompletableFuture<Integer> program) throws Exception {
        return program.get(30, TimeUnit.SECONDS);
    }

    void signal(int number) {
        watchers.getOrDefault(number, nobody -> {}).accept(number);
    }

    List<Integer> halts() {
        return halts;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
