package dev.penstock.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * How many descriptors the process has left for clients. Thread-safe.
 *
 * <p>Each client may need a connection to an endpoint, and what is not traffic (the admin listener, sources, files) needs
 * some: a client is taken on only while there would be enough for all of these. A flow of datagrams needs one, to its
 * endpoint.
 */
final class Descriptors {
    /** What is kept for all that is not traffic, and for bursts between two looks. */
    private static final int RESERVE = 64;

    private final int most;
    private final AtomicInteger others = new AtomicInteger();
    private final AtomicInteger clients = new AtomicInteger();
    private final AtomicInteger upstreams = new AtomicInteger();
    private final AtomicInteger flowsAndPipes = new AtomicInteger();

    Descriptors(int most, int others) {
        this.most = most;
        this.others.set(others);
    }

    /** Of this process, as Linux says; elsewhere without a limit. */
    static Descriptors ofProcess() {
        return new Descriptors(limit(), open());
    }

    private static int limit() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line ->
                            line.substring("Max open files".length()).strip().split("\\s+", 2)[0])
                    .filter(number -> number.matches("\\d{1,9}"))
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(Integer.MAX_VALUE);
        } catch (IOException e) {
            return Integer.MAX_VALUE;
        }
    }

    private static int open() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return (int) files.count();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Looks how many the process has besides those counted here. Reads a directory: not on an event loop. */
    void look() {
        if (most < Integer.MAX_VALUE) {
            others.set(Math.max(0, open() - clients.get() - upstreams.get() - flowsAndPipes.get()));
        }
    }

    /** Takes one for a client, which is there already; false where it is to be closed again. */
    boolean takeClient() {
        clients.incrementAndGet();
        if (isEnough()) {
            return true;
        }
        clients.decrementAndGet();
        return false;
    }

    private boolean isEnough() {
        int taken = clients.get();
        return (long) others.get() + taken + Math.max(taken, upstreams.get()) + flowsAndPipes.get() + RESERVE <= most;
    }

    void giveClient() {
        clients.decrementAndGet();
    }

    /** Takes one for a flow of datagrams; false where it is not to begin. */
    boolean takeFlow() {
        return take(1);
    }

    void giveFlow() {
        flowsAndPipes.decrementAndGet();
    }

    /** Takes those of a pipe; false where it is not to be opened. */
    boolean takePipe() {
        return take(2);
    }

    void givePipe() {
        flowsAndPipes.addAndGet(-2);
    }

    private boolean take(int number) {
        flowsAndPipes.addAndGet(number);
        if (isEnough()) {
            return true;
        }
        flowsAndPipes.addAndGet(-number);
        return false;
    }

    void takeUpstream() {
        upstreams.incrementAndGet();
    }

    void giveUpstream() {
        upstreams.decrementAndGet();
    }
}
