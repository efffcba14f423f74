package dev.penstock.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One request at an {@link EchoBackend}, and the ways to answer it. Confined to the thread of its connection. */
public final class BackendExchange {
    private final String backend;
    private final Socket socket;
    private final HttpInput in;
    private final RequestHead head;
    private final HttpBody body;
    private final Runnable onAnswered;
    private byte @Nullable [] read;
    private boolean answered;
    private boolean lastOfConnection;

    /** A request; told before the last byte of its answer is sent, once. */
    BackendExchange(String backend, Socket socket, HttpInput in, RequestHead head, Runnable onAnswered)
            throws IOException {
        this.backend = backend;
        this.onAnswered = onAnswered;
        this.socket = socket;
        this.in = in;
        this.head = head;
        this.body = HttpBody.ofRequest(in, head.headers());
        this.lastOfConnection = head.version().equals("HTTP/1.0")
                || head.headers("Connection").stream()
                        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("close"));
    }

    /**
     * Who got the request.
     *
     * @return the name of the backend
     */
    public String backend() {
        return backend;
    }

    /**
     * The head of the request.
     *
     * @return method, target and headers, raw
     */
    public RequestHead head() {
        return head;
    }

    /**
     * The body of the request as it comes in.
     *
     * @return a stream without framing that ends where the body ends
     */
    public InputStream body() {
        return body;
    }

    /**
     * Reads the body to its end.
     *
     * @return what had not been read before; the same at each call
     * @throws IOException if the connection breaks
     */
    public byte[] readBody() throws IOException {
        byte[] bytes = read;
        if (bytes == null) {
            bytes = body.readAllBytes();
            read = bytes;
        }
        return bytes;
    }

    /**
     * The trailers of the request.
     *
     * @return empty before the body was read to its end
     */
    public List<Header> trailers() {
        return body.trailers();
    }

    /**
     * The request as an echo; reads the body.
     *
     * @return what an echo sends back
     * @throws IOException if the connection breaks
     */
    public Echo echo() throws IOException {
        return new Echo(backend, head, readBody());
    }

    /**
     * Answers with a whole body and its Content-Length; to HEAD, and with 204 or 304, without the body.
     *
     * @param status the status
     * @param content the body
     * @param headers the headers, besides Content-Length
     * @throws IOException if the connection breaks
     */
    public void respond(int status, byte[] content, Header... headers) throws IOException {
        boolean empty = status == 204 || status == 304;
        var text = new StringBuilder(head(status, headers));
        if (!empty) {
            text.append("Content-Length: ").append(content.length).append("\r\n");
        }
        byte[] start = HttpInput.latin1(text.append("\r\n").toString());
        if (empty || head.method().equals("HEAD")) {
            answered();
            send(start);
            return;
        }
        var all = new byte[start.length + content.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(content, 0, all, start.length, content.length);
        answered();
        send(all);
    }

    /**
     * Starts a chunked answer.
     *
     * @param status the status
     * @param headers the headers, besides Transfer-Encoding
     * @throws IOException if the connection breaks
     */
    public void startChunked(int status, Header... headers) throws IOException {
        send(head(status, headers) + "Transfer-Encoding: chunked\r\n\r\n");
    }

    private static String head(int status, Header... headers) {
        var text = new StringBuilder("HTTP/1.1 ").append(status).append(" X\r\n");
        for (Header header : headers) {
            text.append(header).append("\r\n");
        }
        return text.toString();
    }

    /**
     * Sends one chunk.
     *
     * @param text its data as ISO-8859-1; not empty
     * @throws IOException if the connection breaks
     */
    public void chunk(String text) throws IOException {
        send(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    /**
     * Ends a chunked answer.
     *
     * @param trailers sent after the last chunk
     * @throws IOException if the connection breaks
     */
    public void endChunked(Header... trailers) throws IOException {
        var text = new StringBuilder("0\r\n");
        for (Header trailer : trailers) {
            text.append(trailer).append("\r\n");
        }
        answered();
        send(text.append("\r\n").toString());
    }

    /**
     * Sends raw text.
     *
     * @param text sent as ISO-8859-1
     * @throws IOException if the connection breaks
     */
    public void send(String text) throws IOException {
        send(HttpInput.latin1(text));
    }

    /**
     * Sends raw bytes.
     *
     * @param bytes what to send
     * @throws IOException if the connection breaks
     */
    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /**
     * What comes in, raw, as after an upgrade.
     *
     * @return the bytes after the head
     */
    public InputStream rawInput() {
        return in.raw();
    }

    /**
     * Waits until the other side closes or resets; what comes until then is thrown away.
     *
     * @throws IOException never for a reset, which is an end, too
     */
    public void awaitEnd() throws IOException {
        var buffer = new byte[8192];
        try {
            int count = in.raw().read(buffer);
            while (count >= 0) {
                count = in.raw().read(buffer);
            }
            lastOfConnection = true;
        } catch (SocketException e) {
            lastOfConnection = true; // A reset is an end, too.
        }
    }

    /** Closes the connection after what has been sent. */
    public void close() {
        lastOfConnection = true;
        RawClient.closeQuietly(socket);
    }

    /** Closes the connection with a reset. */
    public void reset() {
        lastOfConnection = true;
        SocketServer.reset(socket);
    }

    /** Whoever reads the end of the answer may send the next request at once: this one is no longer in flight by then. */
    void answered() {
        if (!answered) {
            answered = true;
            onAnswered.run();
        }
    }

    boolean finish() throws IOException {
        if (lastOfConnection) {
            return true;
        }
        readBody();
        return false;
    }
}
