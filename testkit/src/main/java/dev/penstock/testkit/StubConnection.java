package dev.penstock.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** One connection that a {@link StubBackend} accepted, driven by a test. Confined to one thread at a time. */
public final class StubConnection implements AutoCloseable {
    private static final int SILENCE_MILLIS = 60_000;

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    StubConnection(Socket socket) {
        this.socket = socket;
        try {
            socket.setSoTimeout(SILENCE_MILLIS);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads up to and with a text, byte by byte, so that nothing after it is taken.
     *
     * @param end where to stop
     * @return what came until then, as ISO-8859-1
     * @throws IOException if the connection ends before
     */
    public String readThrough(String end) throws IOException {
        var text = new StringBuilder();
        while (text.length() < end.length() || text.indexOf(end, text.length() - end.length()) < 0) {
            int c = socket.getInputStream().read();
            if (c < 0) {
                throw new EOFException("closed after \"" + text + "\"");
            }
            received.write(c);
            text.append((char) c);
        }
        return text.toString();
    }

    /**
     * Reads the head of a request.
     *
     * @return with the empty line
     * @throws IOException if the connection ends before
     */
    public String readHead() throws IOException {
        return readThrough("\r\n\r\n");
    }

    /**
     * Reads so many bytes.
     *
     * @param count how many
     * @return all of them
     * @throws IOException if the connection ends before
     */
    public byte[] read(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        received.write(bytes);
        if (bytes.length < count) {
            throw new EOFException("closed after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    /**
     * Reads until the other side closes or resets.
     *
     * @return what came until then
     * @throws IOException if neither happens for 60 s
     */
    public byte[] readToEnd() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var buffer = new byte[8192];
        try {
            int count = socket.getInputStream().read(buffer);
            while (count >= 0) {
                bytes.write(buffer, 0, count);
                count = socket.getInputStream().read(buffer);
            }
        } catch (SocketException e) {
            received.writeBytes(bytes.toByteArray()); // A reset is an end, too.
            return bytes.toByteArray();
        }
        received.writeBytes(bytes.toByteArray());
        return bytes.toByteArray();
    }

    /**
     * All that has been read.
     *
     * @return raw bytes
     */
    public byte[] received() {
        return received.toByteArray();
    }

    /**
     * All that has been read.
     *
     * @return as ISO-8859-1
     */
    public String receivedText() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    /**
     * Sends text.
     *
     * @param text sent as ISO-8859-1
     * @return this
     * @throws IOException if the connection is broken
     */
    public StubConnection send(String text) throws IOException {
        return send(HttpInput.latin1(text));
    }

    /**
     * Sends bytes.
     *
     * @param bytes what to send, at once
     * @return this
     * @throws IOException if the connection is broken
     */
    public StubConnection send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /**
     * Closes the sending half.
     *
     * @throws IOException if the connection is broken
     */
    public void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes with a reset. */
    public void reset() {
        SocketServer.reset(socket);
    }

    @Override
    public void close() {
        RawClient.closeQuietly(socket);
    }
}
