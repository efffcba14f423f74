package dev.penstock.discovery.http;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A JDK client that can be closed on every JDK, for sources that are asked by HTTP. Thread-safe.
 *
 * <p>From JDK 21 on a client has {@code shutdownNow}. Before, its thread and its idle connections end when the garbage
 * collector finds out; but an interrupt ends the thread, and with it the connections. The thread is known by its name and
 * because clients are made one at a time in a thread group of their own. Why this may be: docs/decisions/0008.
 */
public final class OwnedClient implements AutoCloseable {
    private static final @Nullable Method SHUTDOWN = shutdown();
    private static final String SELECTOR =
            "SelectorManager"; // threads that it starts by an executor are in its group, too
    private static final ThreadGroup CLIENTS = new ThreadGroup("penstock-http");
    private static final Object ONE_AT_A_TIME = new Object(); // not the group: threads lock it when they begin

    private final HttpClient http;
    private final Set<Thread> threads;

    private OwnedClient(HttpClient http, Set<Thread> threads) {
        this.http = http;
        this.threads = Set.copyOf(threads);
    }

    /** By name, since this is compiled for JDK 17. */
    private static @Nullable Method shutdown() {
        try {
            return HttpClient.class.getMethod("shutdownNow");
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    /**
     * Makes a client; before JDK 21, waits for a thread that only makes it.
     *
     * @param builder with its settings
     * @return to be closed by the caller
     */
    public static OwnedClient open(HttpClient.Builder builder) {
        return SHUTDOWN != null ? new OwnedClient(builder.build(), Set.of()) : openWatched(builder);
    }

    private static OwnedClient openWatched(HttpClient.Builder builder) {
        synchronized (ONE_AT_A_TIME) {
            Set<Thread> before = threads();
            var made = new AtomicReference<@Nullable HttpClient>();
            var failure = new AtomicReference<@Nullable Throwable>();
            runIn(CLIENTS, () -> {
                try {
                    made.set(builder.build());
                } catch (Throwable e) { // told to who asked for it
                    failure.set(e);
                }
            });
            HttpClient http = made.get();
            if (http == null) {
                throw new IllegalStateException("the HTTP client could not be made", failure.get());
            }
            Set<Thread> now = threads();
            now.removeAll(before);
            return new OwnedClient(http, now);
        }
    }

    /** In a thread of a group, so that threads made by it are of that group; waits until it is done. */
    private static void runIn(ThreadGroup group, Runnable task) {
        var thread = new Thread(group, task, "penstock-control-once");
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Set<Thread> threads() {
        var found = new Thread[CLIENTS.activeCount() + 64];
        int count = CLIENTS.enumerate(found, false);
        Set<Thread> threads = new HashSet<>();
        for (int i = 0; i < count; i++) {
            if (found[i].getName().endsWith(SELECTOR)) {
                threads.add(found[i]);
            }
        }
        return threads;
    }

    /**
     * The client.
     *
     * @return always the same; asks nothing once this is closed
     */
    public HttpClient http() {
        return http;
    }

    /** Ends its threads and connections, idle or not. */
    @Override
    public void close() {
        if (SHUTDOWN == null) {
            threads.forEach(Thread::interrupt);
            return;
        }
        try {
            SHUTDOWN.invoke(http);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("the HTTP client could not be closed", e);
        }
    }
}
