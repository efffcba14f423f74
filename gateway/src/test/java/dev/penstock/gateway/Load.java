package dev.penstock.gateway;

import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at a fixed rate, each at its time whether or not others are answered, over connections that are kept. Every
 * answer but 200 and every broken connection is a failure; nothing is tried again. Thread-safe.
 */
final class Load implements AutoCloseable {
    private static final int CLIENTS = 48;
    private static final long NANOS = 1_000_000_000L;

    private final int port;
    private final Answers answers;
    private final BlockingQueue<Due> queue = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    private Load(int port, Answers answers) {
        this.port = port;
        this.answers = answers;
    }

    /** Asks the hosts in turn. */
    static Load start(int port, List<String> hosts, int perSecond, Answers answers) {
        return start(port, hosts, perSecond, CLIENTS, answers);
    }

    /** Asks the hosts in turn, over a number of connections. */
    static Load start(int port, List<String> hosts, int perSecond, int clients, Answers answers) {
        var load = new Load(port, answers);
        for (int i = 0; i < clients; i++) {
            load.run("load-" + i, load::ask);
        }
        load.run("load-clock", () -> load.tick(hosts, perSecond));
        return load;
    }

    private void run(String name, Runnable task) {
        var thread = new Thread(task, name);
        threads.add(thread);
        thread.start();
    }

    private void tick(List<String> hosts, int perSecond) {
        long begin = Ticker.system().nanos();
        for (long i = 0; !closed; i++) {
            long due = begin + i * NANOS / perSecond;
            for (long left = due - Ticker.system().nanos(); left > 0 && !closed; ) {
                LockSupport.parkNanos(left);
                left = due - Ticker.system().nanos();
            }
            queue.add(new Due(hosts.get((int) (i % hosts.size())), due));
        }
    }

    private void ask() {
        RawClient client = null;
        while (!closed || !queue.isEmpty()) {
            Due due = poll();
            if (due != null) {
                client = ask(due, client);
            }
        }
        if (client != null) {
            client.close();
        }
    }

    private Due poll() {
        try {
            return queue.poll(50, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The connection for the next request, or null. */
    private RawClient ask(Due due, RawClient kept) {
        RawClient client = kept;
        try {
            client = client == null ? RawClient.connect(port) : client;
            long sent = Ticker.system().nanos();
            RawResponse response = client.get(due.host, "/id");
            long now = Ticker.system().nanos();
            if (response.status() == 200) {
                answers.answered(due.host, response.text().strip(), due.nanos, sent, now);
            } else {
                answers.failed(due.host + ": " + response.status() + " "
                        + response.header("proxy-status").orElse(""));
            }
            if (!response.header("connection").orElse("").equalsIgnoreCase("close")) {
                return client;
            }
        } catch (IOException | UncheckedIOException e) {
            answers.failed(due.host + ": " + e);
        }
        if (client != null) {
            client.close();
        }
        return null;
    }

    /** Stops asking; returns when all answers are there. */
    @Override
    public void close() {
        closed = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A request: its host, and when it was due. */
    private record Due(String host, long nanos) {}
}
