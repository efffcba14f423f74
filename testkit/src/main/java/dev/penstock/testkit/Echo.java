package dev.penstock.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A request as it reached an {@link EchoBackend}, and as that one sends it back. Immutable. */
public final class Echo {
    private final String backend;
    private final RequestHead head;
    private final byte[] body;

    Echo(String backend, RequestHead head, byte[] body) {
        this.backend = backend;
        this.head = head;
        this.body = body;
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
     * Its head.
     *
     * @return method, target and headers, raw
     */
    public RequestHead head() {
        return head;
    }

    /**
     * Its body.
     *
     * @return a copy, without framing
     */
    public byte[] body() {
        return body.clone();
    }

    /**
     * What an echo of this request has as its body: the name, the head and the body, as they stood on the wire.
     *
     * @return a line with the name, the lines of the head, an empty line, the body
     */
    public byte[] toBytes() {
        var text = new StringBuilder(backend).append("\r\n");
        text.append(head.method()).append(' ').append(head.target()).append(' ').append(head.version());
        text.append("\r\n");
        for (Header header : head.headers()) {
            text.append(header).append("\r\n");
        }
        var out = new ByteArrayOutputStream(text.length() + body.length + 2);
        out.writeBytes(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(body);
        return out.toByteArray();
    }

    /**
     * Reads what {@link #toBytes()} made.
     *
     * @param bytes the body of an echo
     * @return the request in it
     * @throws IllegalStateException if it is none
     */
    public static Echo parse(byte[] bytes) {
        try {
            var in = new HttpInput(new ByteArrayInputStream(bytes));
            String backend = in.line();
            RequestHead head = backend == null ? null : in.request();
            if (backend != null && head != null) {
                return new Echo(backend, head, in.raw().readAllBytes());
            }
        } catch (IOException e) {
            throw new IllegalStateException("no echo: " + new String(bytes, StandardCharsets.UTF_8), e);
        }
        throw new IllegalStateException("no echo: " + new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return backend + " " + head + " " + body.length + " bytes";
    }
}
