package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients of service ports that come, talk, and leave as clients do: at their end, half-closed, reset, or in the middle of a
 * download. The first byte of a connection says what the endpoint does with it. Thread-safe.
 */
final class PortTraffic {
    private static final int DOWNLOAD = 3 << 20; // enough for the system to pass it on by itself
    private static final int LOST_MILLIS = 300;
    private static final int MOST_GIVEN_UP = 1_000; // far more than whose answer can still come

    private final String host;
    private final LongAdder connections = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder resets = new LongAdder();
    private final LongAdder halfCloses = new LongAdder();
    private final LongAdder flows = new LongAdder();
    private final LongAdder answers = new LongAdder();
    private final Set<String> givenUp = ConcurrentHashMap.newKeySet();

    PortTraffic(String host) {
        this.host = host;
    }

    /** The endpoint of these connections. */
    static TcpBackend endpoint() {
        return TcpBackend.start(socket -> {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            switch (in.read()) {
                case 'e' -> in.transferTo(out);
                case 'h' -> {
                    out.write('!');
                    socket.shutdownOutput();
                    in.transferTo(OutputStream.nullOutputStream());
                }
                case 'd' -> out.write(new byte[DOWNLOAD]);
                case 'r' -> socket.setSoLinger(true, 0);
                default -> {} // left without a word
            }
        });
    }

    /** One connection to a port that may close meanwhile. */
    void tryConnect(int port, SplittableRandom random) {
        try {
            connect(port, random);
        } catch (IOException e) {
            refused.increment();
        }
    }

    /** One connection to a port that is open; fails if it is not served as it has to be. */
    void connect(int port, SplittableRandom random) throws IOException {
        try (var socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(host, port));
            socket.setSoTimeout((int) Setup.GENEROUS.toMillis());
            connections.increment();
            int kind = random.nextInt(100);
            if (kind < 60) {
                echo(socket, random);
            } else if (kind < 70) {
                halfClosed(socket);
            } else if (kind < 80) {
                resetByTheEndpoint(socket, random);
            } else if (kind < 85) {
                download(socket, random);
            } // else it leaves without a word
            if (random.nextInt(5) == 0) {
                resets.increment();
                socket.setSoLinger(true, 0);
            }
        }
    }

    private void echo(Socket socket, SplittableRandom random) throws IOException {
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 60_000 : 1_000)];
        random.nextBytes(bytes);
        socket.getOutputStream().write('e');
        socket.getOutputStream().write(bytes);
        assertThat(read(socket, bytes.length)).isEqualTo(bytes);
        if (random.nextBoolean()) {
            halfCloses.increment();
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    /** Reads to the end, and then still has something to say. */
    private void halfClosed(Socket socket) throws IOException {
        halfCloses.increment();
        socket.getOutputStream().write('h');
        assertThat(read(socket, Integer.MAX_VALUE)).containsExactly('!');
        socket.getOutputStream().write(1);
    }

    /** The client is told of it a second later, so few wait for that. */
    private void resetByTheEndpoint(Socket socket, SplittableRandom random) throws IOException {
        resets.increment();
        socket.getOutputStream().write('r');
        if (random.nextInt(50) > 0) {
            return;
        }
        try {
            assertThat(socket.getInputStream().read()).isNegative();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // reset, as it should be
        }
    }

    /** All of it, or some. */
    private static void download(Socket socket, SplittableRandom random) throws IOException {
        socket.getOutputStream().write('d');
        int wanted = random.nextBoolean() ? DOWNLOAD : 1 + random.nextInt(DOWNLOAD);
        assertThat(read(socket, wanted)).hasSize(wanted);
    }

    /** What comes until the end; a connection whose port is closing may end before it has begun, but not later. */
    private static byte[] read(Socket socket, int most) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(most);
        if (bytes.length == 0) {
            throw new EOFException("ended before it began");
        }
        return bytes;
    }

    /**
     * One flow to a port that may not be open; what is lost is lost, but nothing else may come than the answer, or that to
     * somebody who gave it up and whose own port this one was given.
     */
    void ask(int port, SplittableRandom random) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(host, port));
            socket.setSoTimeout(LOST_MILLIS);
            flows.increment();
            for (int i = random.nextInt(5); i >= 0; i--) {
                String question = Long.toHexString(random.nextLong());
                byte[] bytes = question.getBytes(ISO_8859_1);
                socket.send(new DatagramPacket(bytes, bytes.length));
                if (random.nextInt(10) == 0) {
                    giveUp(question);
                    return; // does not wait for the answer
                }
                awaitAnswer(socket, question);
                answers.increment();
            }
        } catch (SocketTimeoutException | PortUnreachableException e) {
            refused.increment();
        }
    }

    private void awaitAnswer(DatagramSocket socket, String question) throws IOException {
        try {
            for (String answer = ""; !answer.equals(question); ) {
                var packet = new DatagramPacket(new byte[100], 100);
                socket.receive(packet);
                answer = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
                assertThat(answer.equals(question) || givenUp.contains(answer))
                        .as("%s to %s", answer, question)
                        .isTrue();
            }
        } catch (SocketTimeoutException | PortUnreachableException e) {
            giveUp(question);
            throw e;
        }
    }

    /** While its socket is open: afterwards somebody else may have its port. */
    private void giveUp(String question) {
        givenUp.add(question);
        if (givenUp.size() > MOST_GIVEN_UP) {
            givenUp.remove(givenUp.iterator().next());
        }
    }

    long connections() {
        return connections.sum();
    }

    long answers() {
        return answers.sum();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d connections, %d half-closes, %d resets, %d flows with %d answers, %d refused or lost",
                connections.sum(),
                halfCloses.sum(),
                resets.sum(),
                flows.sum(),
                answers.sum(),
                refused.sum());
    }
}
