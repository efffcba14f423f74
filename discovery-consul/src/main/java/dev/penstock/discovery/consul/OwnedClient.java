package dev.penstock.discovery.consul;

import java.net.http.HttpClient;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A JDK client that can be closed on every JDK. Thread-safe.
 *
 * <p>Before JDK 21 a client has no close: its thread and its idle connections end when the garbage collector finds out.
 * But an interrupt ends the thread, and with it the connections. The thread is known because clients are made one at a
 * time in a thread group in which nothing else is made.
 */
final class OwnedClient implements AutoCloseable {
    private static final ThreadGroup CLIENTS = new ThreadGroup("penstock-consul");

    private static final Object ONE_AT_A_TIME = new Object(); // not the group: threads lock it when they begin

    private final HttpClient http;
    private final Set<Thread> threads;

    private OwnedClient(HttpClient http, Set<Thread> threads) {
        this.http = http;
        this.threads = Set.copyOf(threads);
    }

    /** Makes a client; waits for a thread that only makes it. */
    static OwnedClient open(HttpClient.Builder builder) {
        synchronized (ONE_AT_A_TIME) {
            Set<Thread> before = threads();
            var made = new AtomicReference<@Nullable HttpClient>();
            var maker = new Thread(CLIENTS, () -> made.set(builder.build()), "penstock-consul-open");
            maker.setDaemon(true);
            maker.start();
            boolean interrupted = join(maker);
            HttpClient http = made.get();
            if (http == null) {
                throw new IllegalStateException("the HTTP client could not be made (see the log)");
            }
            Set<Thread> now = threads();
            now.removeAll(before);
            now.remove(maker);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return new OwnedClient(http, now);
        }
    }

    private static boolean join(Thread maker) {
        boolean interrupted = false;
        while (true) {
            try {
                maker.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static Set<Thread> threads() {
        var found = new Thread[CLIENTS.activeCount() + 64];
        int count = CLIENTS.enumerate(found, false);
        Set<Thread> threads = new HashSet<>();
        for (int i = 0; i < count; i++) {
            threads.add(found[i]);
        }
        return threads;
    }

    HttpClient http() {
        return http;
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
