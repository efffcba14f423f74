package dev.penstock.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A fake server on a free loopback port that speaks the bytes a test tells it. Its threads are daemons. Thread-safe. */
public final class StubBackend implements AutoCloseable {
    private static final long LONGEST_WAIT_SECONDS = 60;

    private final LinkedBlockingQueue<StubConnection> unclaimed = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final SocketServer server;

    private StubBackend(Script script) {
        server = new SocketServer("stub", 0, socket -> run(script, socket));
    }

    /**
     * Starts a stub whose connections the test drives, see {@link #accept()}.
     *
     * @return listening on a free port of 127.0.0.1
     */
    public static StubBackend start() {
        var stub = new StubBackend[1];
        var ready = new CountDownLatch(1);
        stub[0] = new StubBackend(connection -> {
            await(ready);
            stub[0].unclaimed.add(connection);
            await(stub[0].closed);
        });
        ready.countDown();
        return stub[0];
    }

    /**
     * Starts a stub that treats each connection the same.
     *
     * @param script runs on a thread of its own for each connection, which is closed after it
     * @return listening on a free port of 127.0.0.1
     */
    public static StubBackend start(Script script) {
        return new StubBackend(requireNonNull(script, "script"));
    }

    /**
     * Starts a stub that reads a head and answers it, for each request of each connection.
     *
     * @param response raw, as ISO-8859-1
     * @return listening on a free port of 127.0.0.1
     */
    public static StubBackend answering(String response) {
        return start(connection -> {
            while (true) {
                connection.readHead();
                connection.send(response);
            }
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(Script script, Socket socket) {
        try {
            script.run(new StubConnection(socket));
        } catch (IOException e) {
            RawClient.closeQuietly(socket); // The other side went away: the end of the script.
        }
    }

    /**
     * The next connection that nobody has asked for yet; waits for one.
     *
     * @return open until the test or the stub closes it
     * @throws IllegalStateException if none comes for 60 s
     */
    public StubConnection accept() {
        try {
            StubConnection next = unclaimed.poll(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException("connections: " + connections() + " (expected: one more within 60 s)");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Where it listens.
     *
     * @return {@code 1..65535}
     */
    public int port() {
        return server.port();
    }

    /**
     * Where it listens, as endpoints are written.
     *
     * @return {@code 127.0.0.1:port}
     */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /**
     * Connections accepted since the start.
     *
     * @return {@code >= 0}
     */
    public int connections() {
        return server.accepted();
    }

    /**
     * Connections open now.
     *
     * @return {@code >= 0}
     */
    public int openConnections() {
        return server.open();
    }

    @Override
    public void close() {
        server.close();
        closed.countDown();
    }

    /** What a stub does with a connection. */
    @FunctionalInterface
    public interface Script {
        /**
         * Runs on a thread of its own.
         *
         * @param connection closed after it
         * @throws IOException if the connection breaks, which ends it
         */
        void run(StubConnection connection) throws IOException;
    }
}
