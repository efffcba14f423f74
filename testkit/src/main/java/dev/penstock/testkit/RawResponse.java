package dev.penstock.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A response that was well-formed on the wire, read to its end. Immutable. */
public final class RawResponse {
    private final String version;
    private final int status;
    private final String reason;
    private final List<Header> headers;
    private final byte[] body;
    private final List<Header> trailers;

    RawResponse(String version, int status, String reason, List<Header> headers, byte[] body, List<Header> trailers) {
        this.version = version;
        this.status = status;
        this.reason = reason;
        this.headers = List.copyOf(headers);
        this.body = body;
        this.trailers = List.copyOf(trailers);
    }

    /**
     * The version of the status line.
     *
     * @return {@code HTTP/1.1} or {@code HTTP/1.0}
     */
    public String version() {
        return version;
    }

    /**
     * The status.
     *
     * @return {@code 100..599}
     */
    public int status() {
        return status;
    }

    /**
     * The reason phrase.
     *
     * @return may be empty
     */
    public String reason() {
        return reason;
    }

    /**
     * The header fields in order, in the case they were sent.
     *
     * @return without trailers
     */
    public List<Header> headers() {
        return headers;
    }

    /**
     * The first value of a header.
     *
     * @param name in any case
     * @return the value, empty where there is no such header
     */
    public Optional<String> header(String name) {
        return Header.first(headers, name);
    }

    /**
     * All values of a header, in order.
     *
     * @param name in any case
     * @return as many as there are
     */
    public List<String> headers(String name) {
        return Header.all(headers, name);
    }

    /**
     * The body without its framing.
     *
     * @return a copy
     */
    public byte[] body() {
        return body.clone();
    }

    /**
     * The body as text.
     *
     * @return read as UTF-8
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * The trailer fields of a chunked body.
     *
     * @return may be empty
     */
    public List<Header> trailers() {
        return trailers;
    }

    /**
     * The body as what an {@link EchoBackend} got.
     *
     * @return the request that reached it
     * @throws IllegalStateException if the body is no echo
     */
    public Echo echo() {
        return Echo.parse(body);
    }

    @Override
    public String toString() {
        return version + " " + status + " " + reason + " " + headers + " " + body.length + " bytes";
    }
}
