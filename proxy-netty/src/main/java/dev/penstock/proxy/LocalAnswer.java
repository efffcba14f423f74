package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of a {@link LocalHandler}. Immutable. */
public final class LocalAnswer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final @Nullable Streamed streamed;

    /** A body that goes on: its pieces, and how long to wait where there is none. */
    record Streamed(LocalStream pieces, Duration pause) {}

    private LocalAnswer(int status, Map<String, String> headers, byte[] body, @Nullable Streamed streamed) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200..599)");
        }
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
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
        return new LocalAnswer(status, headers, body.clone(), null);
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
        return new LocalAnswer(status, headers, body.getBytes(UTF_8), null);
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
        return new LocalAnswer(200, headers, new byte[0], new Streamed(pieces, pause));
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** Not to be changed. */
    byte[] body() {
        return body;
    }

    /** Null where the body is whole. */
    @Nullable
    Streamed streamed() {
        return streamed;
    }
}
