package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A backend that answers each datagram. */
final class UdpBackend implements AutoCloseable {
    private final DatagramSocket socket;
    private final UnaryOperator<String> answer;
    private final AtomicInteger received = new AtomicInteger();
    private final BitSet ports = new BitSet(1 << Character.SIZE); // as large as it can become; guarded by itself

    private UdpBackend(InetSocketAddress address, UnaryOperator<String> answer) {
        this.answer = answer;
        try {
            socket = new DatagramSocket(address);
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
        var thread = new Thread(this::serve, "udp-backend");
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers with what is made of a datagram; with nothing where that is empty. */
    static UdpBackend answering(UnaryOperator<String> answer) {
        return new UdpBackend(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), answer);
    }

    /** Says who it is before what came, at an address of this machine. */
    static UdpBackend named(String name, InetSocketAddress address) {
        return new UdpBackend(address, text -> name + text);
    }

    /** Says who it is before what came. */
    static UdpBackend named(String name) {
        return answering(text -> name + text);
    }

    /** Sends back what comes. */
    static UdpBackend echo() {
        return named("");
    }

    /** Never answers. */
    static UdpBackend silent() {
        return answering(text -> "");
    }

    private void serve() {
        var buffer = new byte[65_535];
        try {
            while (true) {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                received.incrementAndGet();
                synchronized (ports) {
                    ports.set(packet.getPort());
                }
                byte[] said = answer.apply(new String(buffer, 0, packet.getLength(), ISO_8859_1))
                        .getBytes(ISO_8859_1);
                if (said.length > 0) {
                    socket.send(new DatagramPacket(said, said.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    int port() {
        return socket.getLocalPort();
    }

    int received() {
        return received.get();
    }

    /** From how many ports datagrams came. */
    int flows() {
        synchronized (ports) {
            return ports.cardinality();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
