package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of a {@link LocalHandler}. Immutable. */
public final class LocalAnswer {
    private final int status;
    private final Map<String, String> headers;
    private final List<byte[]> body;
    private final long bytes;
    private final @Nullable Streamed streamed;

    /** A body that goes on: its pieces, and how long to wait where there is none. */
    record Streamed(LocalStream pieces, Duration pause) {}

    private LocalAnswer(int status, Map<String, String> headers, List<byte[]> body, @Nullable Streamed streamed) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200..599)");
        }
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = List.copyOf(body);
        this.bytes = body.stream().mapToLong(piece -> piece.length).sum();
        this.streamed = streamed;
    }

    /**
     * An answer of bytes.
     *
     * @param status {@code 200..599}
     * @param headers all but those about length and connection
     * @param body copied; to a HEAD only its length is sent
     * @return the answer
     */
    public static LocalAnswer of(int status, Map<String, String> headers, byte[] body) {
        return new LocalAnswer(status, headers, List.of(body.clone()), null);
    }

    /**
     * An answer of text.
     *
     * @param status {@code 200..599}
     * @param headers all but those about length and connection
     * @param body sent as UTF-8
     * @return the answer
     */
    public static LocalAnswer of(int status, Map<String, String> headers, String body) {
        return new LocalAnswer(status, headers, List.of(body.getBytes(UTF_8)), null);
    }

    /**
     * An answer of bytes in pieces, as a long text comes that is nowhere in one place.
     *
     * @param status {@code 200..599}
     * @param headers all but those about length and connection
     * @param body its pieces in turn, not copied: not changed afterwards; to a HEAD only their length is sent
     * @return the answer
     */
    public static LocalAnswer of(int status, Map<String, String> headers, List<byte[]> body) {
        return new LocalAnswer(status, headers, body, null);
    }

    /**
     * An answer that goes on until its pieces end, the client leaves or takes nothing within the write time-out of its listener, or
     * the gateway drains. To a HEAD only its head is sent.
     *
     * @param headers all but those about length and connection
     * @param pieces its body, closed in any case
     * @param pause how long to wait after a piece that was empty, {@code > 0}; a drain is noticed within it
     * @return the answer, of status 200, for one request
     */
    public static LocalAnswer streamed(Map<String, String> headers, LocalStream pieces, Duration pause) {
        requireNonNull(pieces, "pieces");
        if (pause.isNegative() || pause.isZero()) {
            throw new IllegalArgumentException("pause: " + pause + " (expected: > 0)");
        }
        return new LocalAnswer(200, headers, List.of(), new Streamed(pieces, pause));
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** In pieces; not to be changed. */
    List<byte[]> body() {
        return body;
    }

    /** Of the whole body. */
    long bytes() {
        return bytes;
    }

    /** Null where the body is whole. */
    @Nullable
    Streamed streamed() {
        return streamed;
    }
}
