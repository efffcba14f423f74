package dev.penstock.proxy.blackbox;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** A WebSocket server of a common library that sends every text message back. */
final class WebSocketEcho extends WebSocketServer {
    private final CountDownLatch started = new CountDownLatch(1);

    WebSocketEcho() {
        super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        setDaemon(true);
        setConnectionLostTimeout(0);
    }

    void startAndWait() throws InterruptedException {
        start();
        if (!started.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the WebSocket server did not start within 30 s");
        }
    }

    @Override
    public void onStart() {
        started.countDown();
    }

    @Override
    public void onMessage(WebSocket socket, String message) {
        socket.send(message);
    }

    @Override
    public void onOpen(WebSocket socket, ClientHandshake handshake) {
        // Nothing to do before the first message.
    }

    @Override
    public void onClose(WebSocket socket, int code, String reason, boolean remote) {
        // Nothing is kept per connection.
    }

    @Override
    public void onError(WebSocket socket, Exception failure) {
        // The test sees it: no echo comes.
    }
}
