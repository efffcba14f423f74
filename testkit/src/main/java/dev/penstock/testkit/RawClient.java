package dev.penstock.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * One connection that sends raw bytes and reads strict HTTP/1.1 responses. Confined to one thread at a time.
 *
 * <p>A read that gets nothing for 30 s fails instead of waiting for ever.
 */
public final class RawClient implements AutoCloseable {
    private static final int SILENCE_MILLIS = 30_000;
    private static final String LOOPBACK = "127.0.0.1";

    private final Socket socket;
    private final HttpInput in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new HttpInput(socket.getInputStream());
    }

    /**
     * Connects to a port of the loopback address.
     *
     * @param port where to
     * @return a client whose address is 127.0.0.1
     * @throws UncheckedIOException if no connection comes about
     */
    public static RawClient connect(int port) {
        return connect(LOOPBACK, port);
    }

    /**
     * Connects from one of the loopback addresses.
     *
     * @param localAddress an IP literal, as in {@code 127.0.0.2}
     * @param port where to, of 127.0.0.1
     * @return a client of that address
     * @throws UncheckedIOException if no connection comes about
     */
    public static RawClient connect(String localAddress, int port) {
        return open(new Socket(), localAddress, port);
    }

    /**
     * Connects with a small receive buffer, as a slow reader does that lets the other side's writes stall early.
     *
     * @param port where to
     * @param receiveBufferBytes the size asked of the kernel
     * @return a client whose address is 127.0.0.1
     * @throws UncheckedIOException if no connection comes about
     */
    public static RawClient connectSlowReader(int port, int receiveBufferBytes) {
        var socket = new Socket();
        try {
            socket.setReceiveBufferSize(receiveBufferBytes);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        return open(socket, LOOPBACK, port);
    }

    private static RawClient open(Socket socket, String localAddress, int port) {
        try {
            // The usual address is left to connecting, which finds a port as long as one pair of ports is free.
            if (!localAddress.equals(LOOPBACK)) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(localAddress), 0));
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), SILENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(SILENCE_MILLIS);
            return new RawClient(socket);
        } catch (IOException e) {
            closeQuietly(socket);
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Talks over a connection that is open already, as one of TLS is.
     *
     * @param socket closed with the client
     * @return a client
     * @throws IOException if the connection is broken
     */
    public static RawClient over(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        return new RawClient(socket);
    }

    static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // It is closed as far as anybody here is concerned.
            return;
        }
    }

    /**
     * Sends text.
     *
     * @param text sent as ISO-8859-1
     * @return this
     * @throws IOException if the connection is broken
     */
    public RawClient send(String text) throws IOException {
        return send(HttpInput.latin1(text));
    }

    /**
     * Sends bytes.
     *
     * @param bytes what to send, at once
     * @return this
     * @throws IOException if the connection is broken
     */
    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /**
     * Reads the final response to a request other than HEAD; interim ones are skipped, 101 is final.
     *
     * @return the response, read to its end
     * @throws IOException if the connection ends before, or what comes is malformed
     */
    public RawResponse read() throws IOException {
        return read("GET");
    }

    /**
     * Reads the final response; interim ones are skipped, 101 is final.
     *
     * @param method of the request; the response to a HEAD has no body
     * @return the response, read to its end
     * @throws IOException if the connection ends before, or what comes is malformed
     */
    public RawResponse read(String method) throws IOException {
        while (true) {
            RawResponse response = readAny(method);
            if (response.status() >= 200 || response.status() == 101) {
                return response;
            }
        }
    }

    /**
     * Reads the next response, be it interim or final.
     *
     * @param method see {@link #read(String)}
     * @return the response, read to its end
     * @throws IOException if the connection ends before, or what comes is malformed
     */
    public RawResponse readAny(String method) throws IOException {
        return in.response(method);
    }

    /**
     * Sends a request and reads its final response.
     *
     * @param request head and body; its method is looked at
     * @return the response, read to its end
     * @throws IOException if the connection breaks, or what comes is malformed
     */
    public RawResponse exchange(String request) throws IOException {
        return send(request).read(request.startsWith("HEAD ") ? "HEAD" : "GET");
    }

    /**
     * Sends a GET and reads its final response.
     *
     * @param host the Host header
     * @param target the request target
     * @return the response, read to its end
     * @throws IOException if the connection breaks, or what comes is malformed
     */
    public RawResponse get(String host, String target) throws IOException {
        return exchange("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    /**
     * Reads the head of the next response as it stands, up to and with the empty line; {@link #input()} gives the rest.
     *
     * @return the lines
     * @throws IOException if the connection ends before
     */
    public String readHead() throws IOException {
        var head = new StringBuilder();
        while (true) {
            String line = in.line();
            if (line == null) {
                throw new IOException("closed within the head: " + head);
            }
            head.append(line).append("\r\n");
            if (line.isEmpty()) {
                return head.toString();
            }
        }
    }

    /**
     * What comes in, raw.
     *
     * @return the same stream that responses are read from
     */
    public InputStream input() {
        return in.raw();
    }

    /**
     * Reads what still comes until the other side closes or resets.
     *
     * @return all of it
     * @throws IOException if neither happens for 30 s
     */
    public byte[] readToEnd() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var buffer = new byte[8192];
        while (true) {
            int count;
            try {
                count = in.raw().read(buffer);
            } catch (SocketException e) {
                count = -1; // A reset is an end, too.
            }
            if (count < 0) {
                return bytes.toByteArray();
            }
            bytes.write(buffer, 0, count);
        }
    }

    /**
     * Tells whether nothing comes for a while and the connection stays open.
     *
     * @param time how long to listen
     * @return false if a byte or the end came; a byte that came is lost
     * @throws IOException if the connection is broken
     */
    public boolean staysSilent(Duration time) throws IOException {
        socket.setSoTimeout((int) time.toMillis());
        try {
            in.raw().read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(SILENCE_MILLIS);
        }
    }

    /**
     * Closes the sending half.
     *
     * @return this
     * @throws IOException if the connection is broken
     */
    public RawClient halfClose() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Closes with a reset. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        } finally {
            close();
        }
    }

    /**
     * The port of this side.
     *
     * @return {@code 1..65535}
     */
    public int localPort() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        closeQuietly(socket);
    }
}
