package dev.penstock.proxy.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that does with each connection what a test says. */
final class TcpBackend implements AutoCloseable {
    /** The name of its threads. */
    static final String THREAD = "tcp-backend";

    private final ServerSocket server;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, THREAD);
        thread.setDaemon(true);
        return thread;
    });

    /** What is done with a connection; it is closed afterwards. */
    interface Script {
        void run(Socket socket) throws IOException;
    }

    private TcpBackend(Script script) throws IOException {
        this.script = script;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    static TcpBackend start(Script script) {
        try {
            return new TcpBackend(script);
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    /** Sends back what comes, until the client has no more to say. */
    static TcpBackend echo() {
        return start(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /** Says who it is and then sends back what comes. */
    static TcpBackend named(String name) {
        return start(socket -> {
            socket.getOutputStream().write(name.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                open.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(socket);
        } catch (IOException e) {
            // The other side left: the test sees what became of it.
        } finally {
            open.remove(socket);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    /** Connections accepted so far. */
    int accepted() {
        return accepted.get();
    }

    /** Connections that are open now. */
    int open() {
        return open.size();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a socket did not close", e);
        }
        threads.shutdownNow();
    }
}
