package dev.penstock.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.penstock.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A server of UDP that answers each datagram with its name and what that says; and who asks it. Thread-safe. */
final class DatagramBackend implements AutoCloseable {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int RESEND_MILLIS = 500;

    private final String name;
    private final DatagramSocket socket;

    private DatagramBackend(String name, int port) {
        this.name = name;
        try {
            socket = new DatagramSocket(new InetSocketAddress(HERE, port));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        var thread = new Thread(this::serve);
        thread.setDaemon(true);
        thread.start();
    }

    static DatagramBackend start(String name) {
        return new DatagramBackend(name, 0);
    }

    static DatagramBackend start(String name, int port) {
        return new DatagramBackend(name, port);
    }

    private void serve() {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[2048], 2048);
                socket.receive(packet);
                byte[] answer = (name + text(packet)).getBytes(US_ASCII);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), US_ASCII);
    }

    int port() {
        return socket.getLocalPort();
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    /** A client of a port, with an address of its own. */
    static DatagramSocket client(int port) {
        try {
            var client = new DatagramSocket();
            client.connect(HERE, port);
            client.setSoTimeout(RESEND_MILLIS);
            return client;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks until there is an answer: datagrams may be lost. */
    static String ask(DatagramSocket client, String question) {
        List<String> answers = new ArrayList<>();
        Eventually.eventually(Packaged.SOON, () -> {
            answers.clear();
            answers.add(askOnce(client, question));
            if (answers.get(0).isEmpty()) {
                throw new AssertionError("no answer");
            }
        });
        return answers.get(0);
    }

    /** Asks once; empty without an answer within half a second. */
    static String askOnce(DatagramSocket client, String question) {
        var packet = new DatagramPacket(new byte[2048], 2048);
        try {
            client.send(new DatagramPacket(question.getBytes(US_ASCII), question.length()));
            client.receive(packet);
            return text(packet);
        } catch (SocketTimeoutException e) {
            return "";
        } catch (IOException e) {
            return ""; // nobody is there
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
