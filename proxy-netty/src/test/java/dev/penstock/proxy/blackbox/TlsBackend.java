package dev.penstock.proxy.blackbox;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A backend by TLS that does with each connection what a test says. */
final class TlsBackend implements AutoCloseable {
    private final ServerSocket server;
    private final SSLContext context;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "tls-backend");
        thread.setDaemon(true);
        return thread;
    });

    /** What is done with a connection; it is closed afterwards, by TLS as well. */
    interface Script {
        /** The bare socket is that below the other. */
        void run(SSLSocket secured, Socket bare) throws IOException;
    }

    TlsBackend(X509Bundle own, Script script) throws IOException {
        this.script = script;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(
                    own.toKeyManagerFactory().getKeyManagers(),
                    own.toTrustManagerFactory().getTrustManagers(),
                    null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS", e);
        }
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    private void accept() {
        while (true) {
            try {
                Socket bare = server.accept();
                open.add(bare);
                threads.execute(() -> serve(bare));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket bare) {
        try (var secured = (SSLSocket) context.getSocketFactory().createSocket(bare, (InputStream) null, true)) {
            script.run(secured, bare);
        } catch (IOException e) {
            // The other side left: the test sees what became of it.
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** The head of a request, with the empty line. */
    static String readHead(SSLSocket socket) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("closed within the head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdown();
    }
}
