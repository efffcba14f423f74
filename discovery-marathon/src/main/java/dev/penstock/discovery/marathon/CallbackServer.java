package dev.penstock.discovery.marathon;

import dev.penstock.time.Scheduler;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the events that old versions post, of which nothing is read but that they came. Thread-safe.
 *
 * <p>Anybody may post here: so connections are served one after the other by one thread, each for two seconds at most,
 * and are closed after one answer. What is posted beyond 64 KiB is not waited for.
 */
final class CallbackServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackServer.class);
    private static final int BACKLOG = 50;
    private static final int SILENCE_MILLIS = 500;
    private static final Duration CONNECTION = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST_BYTES = 64 << 10;
    private static final byte[] OK = answer("200 OK");
    private static final byte[] NOT_ALLOWED = answer("405 Method Not Allowed\r\nAllow: POST");

    private final ServerSocket server;
    private final Scheduler scheduler;
    private final Runnable posted;
    private volatile Socket open = new Socket();
    private volatile boolean closed;

    private CallbackServer(ServerSocket server, Scheduler scheduler, Runnable posted) {
        this.server = server;
        this.scheduler = scheduler;
        this.posted = posted;
    }

    private static byte[] answer(String status) {
        return ("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Listens on all addresses of the machine.
     *
     * @param posted run at each post
     * @throws IOException if the port cannot be had
     */
    static CallbackServer listen(int port, Scheduler scheduler, Runnable posted) throws IOException {
        var server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(port), BACKLOG);
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "callback port " + port + ": " + e.getMessage() + " (expected: a port that is free)", e);
        }
        var callbacks = new CallbackServer(server, scheduler, posted);
        scheduler.execute(callbacks::acceptAll);
        return callbacks;
    }

    private void acceptAll() {
        while (!closed) {
            Socket socket;
            try {
                socket = server.accept();
            } catch (IOException e) {
                if (!closed) { // as where files are too many
                    LOG.debug("callback: {}", e.getMessage());
                    scheduler.schedule(PAUSE, () -> scheduler.execute(this::acceptAll));
                }
                return;
            }
            one(socket);
        }
    }

    private void one(Socket accepted) {
        try (Socket socket = accepted) {
            open = socket;
            Scheduler.Timer limit = scheduler.schedule(CONNECTION, () -> closeQuietly(socket));
            try {
                serve(socket);
            } finally {
                limit.cancel();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("callback: {}", e.getMessage()); // closed by either side, or late
        }
    }

    private void serve(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        var in = new BufferedInputStream(socket.getInputStream());
        String head = head(in);
        boolean post = head.startsWith("POST ");
        if (post) {
            posted.run(); // the rest may never come
        }
        OutputStream out = socket.getOutputStream();
        out.write(post ? OK : NOT_ALLOWED);
        out.flush();
        socket.shutdownOutput();
        drain(in); // a close with unread bytes would be a reset, which may overtake the answer
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 || head.length() >= MOST_BYTES) {
                throw new IOException("no whole head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void drain(InputStream in) throws IOException {
        for (int left = MOST_BYTES; left > 0; left--) {
            if (in.read() < 0) {
                return;
            }
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            return; // closed anyway
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            return; // nobody can connect any more
        } finally {
            closeQuietly(open);
        }
    }
}
