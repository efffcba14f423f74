package dev.penstock.attack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A connection to the proxy: sends any bytes and reads answers by the letter. Confined to one thread. */
final class AttackClient implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    AttackClient(InetSocketAddress proxy) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(proxy, CONNECT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends; a proxy that has closed already is not an error. */
    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            // refused before all was sent: the answer may have come
        }
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads the answer to a request, waiting so long for each byte. */
    Answer answer(boolean toHead, int patienceMillis) throws IOException {
        socket.setSoTimeout(patienceMillis);
        return new AnswerReader(in, toHead).read();
    }

    /** Tells whether the proxy has closed the connection, or does within the time; and takes down what else it sends. */
    boolean closes(int patienceMillis, StringBuilder more) throws IOException {
        socket.setSoTimeout(patienceMillis);
        try {
            int b = in.read();
            while (b >= 0) {
                more.append((char) b);
                b = in.read();
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
