package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/** The answer of a {@link LocalHandler}. Immutable. */
public final class LocalAnswer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    private LocalAnswer(int status, Map<String, String> headers, byte[] body) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200..599)");
        }
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
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
        return new LocalAnswer(status, headers, body.clone());
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
        return new LocalAnswer(status, headers, body.getBytes(UTF_8));
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
}
