package dev.penstock.gateway;

import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients of a name with several addresses, each with requests one after the other on a connection that is kept. One whose
 * connection breaks counts a loss, one that is refused a connection does not; both go on at the next address. Thread-safe.
 */
final class FailoverClients implements AutoCloseable {
    private final List<Integer> ports;
    private final String host;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong bad = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    /**
     * Starts them.
     *
     * @param count clients, all at the first address to begin with
     * @param ports the addresses, in the order in which they are tried
     */
    FailoverClients(int count, String host, List<Integer> ports) {
        this.host = host;
        this.ports = List.copyOf(ports);
        for (int i = 0; i < count; i++) {
            var thread = new Thread(this::run, "failover-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void run() {
        for (int address = 0; !closed; address++) {
            try (var client = RawClient.connect(ports.get(address % ports.size()))) {
                while (!closed) {
                    ask(client);
                }
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof ConnectException)) {
                    lost.incrementAndGet();
                }
            } catch (IOException e) {
                lost.incrementAndGet();
            }
        }
    }

    private void ask(RawClient client) throws IOException {
        if (client.get(host, "/").status() == 200) {
            answered.incrementAndGet();
        } else {
            bad.incrementAndGet();
        }
    }

    /** Requests with an answer of status 200. */
    long answered() {
        return answered.get();
    }

    /** Requests whose connection broke before the whole answer was there. */
    long lost() {
        return lost.get();
    }

    /** Answers of another status. */
    long bad() {
        return bad.get();
    }

    /** Returns when the last answer is there. */
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
}
