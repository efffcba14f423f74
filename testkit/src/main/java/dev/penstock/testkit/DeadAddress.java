package dev.penstock.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A loopback address that nobody answers at, reserved until it is closed. Thread-safe. */
public final class DeadAddress implements AutoCloseable {
    private static final int CONNECT_MILLIS = 250;
    private static final int MOST_FILLERS = 64;

    private final int port;
    private final List<AutoCloseable> resources;

    private DeadAddress(int port, List<AutoCloseable> resources) {
        this.port = port;
        this.resources = List.copyOf(resources);
    }

    /**
     * An address that refuses connections: its port is taken, yet nobody listens.
     *
     * @return reserved, so that no other test gets the port
     */
    public static DeadAddress refusing() {
        try {
            var bound = new Socket();
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return new DeadAddress(bound.getLocalPort(), List.of(bound));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An address that neither takes nor refuses connections: a listening socket whose backlog is full.
     *
     * @return an address where connecting gets no answer
     */
    public static DeadAddress unanswering() {
        var resources = new ArrayList<AutoCloseable>();
        try {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            var server = new ServerSocket(0, 1, loopback);
            resources.add(server);
            while (resources.size() < MOST_FILLERS) {
                var filler = new Socket();
                resources.add(filler);
                try {
                    filler.connect(new InetSocketAddress(loopback, server.getLocalPort()), CONNECT_MILLIS);
                } catch (SocketTimeoutException e) {
                    return new DeadAddress(server.getLocalPort(), resources);
                }
            }
            throw new IllegalStateException("the backlog took " + MOST_FILLERS + " connections (expected: about 2)");
        } catch (IOException e) {
            resources.forEach(RawClient::closeQuietly);
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The port.
     *
     * @return of 127.0.0.1
     */
    public int port() {
        return port;
    }

    /**
     * The address, as endpoints are written.
     *
     * @return {@code 127.0.0.1:port}
     */
    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        resources.forEach(RawClient::closeQuietly);
    }
}
