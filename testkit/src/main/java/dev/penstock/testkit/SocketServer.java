package dev.penstock.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Accepts on the loopback address, one daemon thread per connection, and closes everything at the end. Thread-safe. */
final class SocketServer implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final Duration LONGEST_LOAN = Duration.ofSeconds(30);

    private final String name;
    private final Consumer<Socket> connection;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final int port;
    private @Nullable ServerSocket listening;
    private @Nullable Thread acceptor;

    SocketServer(String name, int port, Consumer<Socket> connection) {
        this.name = name;
        this.connection = connection;
        this.port = listen(port);
    }

    int port() {
        return port;
    }

    int accepted() {
        return accepted.get();
    }

    int open() {
        return open.size();
    }

    /** Returns when the system refuses: a thread that still waits in accept would keep the socket alive. */
    synchronized void refuse() {
        if (listening != null) {
            RawClient.closeQuietly(listening);
            listening = null;
            awaitEnd(acceptor);
        }
    }

    private static void awaitEnd(@Nullable Thread thread) {
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits while the system has lent the port, which was free, to somebody's connection. */
    void accept() {
        Eventually.eventually(LONGEST_LOAN, () -> listen(port));
    }

    void closeConnections() {
        open.forEach(RawClient::closeQuietly);
    }

    private synchronized int listen(int wanted) {
        if (listening != null) {
            return wanted;
        }
        try {
            var server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), BACKLOG);
            listening = server;
            acceptor = daemon(name + " accept", () -> acceptAll(server));
            return server.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptAll(ServerSocket server) {
        while (!server.isClosed()) {
            Socket socket;
            try {
                socket = server.accept();
                socket.setTcpNoDelay(true);
            } catch (IOException e) {
                continue; // Closed, or the client was gone before it was accepted.
            }
            open.add(socket);
            accepted.incrementAndGet();
            daemon(name + " connection", () -> serve(socket));
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            connection.accept(socket);
        } catch (IOException e) {
            reset(socket);
        } finally {
            open.remove(socket);
        }
    }

    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            // Closed already.
            return;
        } finally {
            RawClient.closeQuietly(socket);
        }
    }

    static Thread daemon(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        refuse();
        closeConnections();
    }
}
