package dev.penstock.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The endpoint behind the proxy under attack: takes down what it sees, leniently, and answers with the target it was asked
 * for. Thread-safe.
 */
public final class Origin implements AutoCloseable {
    /** The field in which an answer names the target of its request. */
    static final String TARGET_FIELD = "X-Attack-Target";

    /** What ordinary requests of the pack ask for: these get the usual answer, whatever is attacked. */
    static final String PROBE = "/probe";

    private static final int QUIET_MILLIS = 20;

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger probes = new AtomicInteger();
    private final Object change = new Object();
    private final List<SeenRequest> seen = new ArrayList<>();
    private long changes;
    private volatile Reply reply = Reply.WELL;

    private Origin(ServerSocket server) {
        this.server = server;
        Thread acceptor = new Thread(this::accept, "attack-origin");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /**
     * Opens an endpoint on the loopback address.
     *
     * @param port 0 for a free one
     * @return to be closed by the caller
     */
    public static Origin open(int port) {
        try {
            var server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
            return new Origin(server);
        } catch (IOException e) {
            throw new UncheckedIOException("endpoint port " + port + ": " + e.getMessage(), e);
        }
    }

    /**
     * Where it listens.
     *
     * @return the port, to be entered as the proxy's only endpoint
     */
    public int port() {
        return server.getLocalPort();
    }

    /** Forgets what was seen; answers the attack's request so from now on. */
    void begin(Reply next) {
        synchronized (change) {
            seen.clear();
        }
        reply = next;
    }

    Reply reply() {
        return reply;
    }

    /** How many ordinary requests came. */
    int probes() {
        return probes.get();
    }

    void saw(SeenRequest request) {
        if (request.target().startsWith(PROBE)) {
            probes.incrementAndGet();
            return;
        }
        synchronized (change) {
            seen.add(request);
            changes++;
        }
    }

    /** What was seen of the attack, once nothing more comes. */
    List<SeenRequest> seenAtRest() throws InterruptedException {
        synchronized (change) {
            long before = -1;
            while (before != changes) {
                before = changes;
                change.wait(QUIET_MILLIS);
            }
            return List.copyOf(seen);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                Thread thread = new Thread(() -> serve(socket, number), "attack-origin-" + number);
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // closed, or one connection less: the next one tells
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            new OriginConnection(this, socket, number).serve();
        } catch (IOException e) {
            // the proxy went away, as it may
        } finally {
            sockets.remove(socket);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
