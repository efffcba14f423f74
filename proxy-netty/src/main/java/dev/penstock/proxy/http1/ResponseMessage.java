package dev.penstock.proxy.http1;

/** The head of an answer, as it came and as it is to be sent. Not thread-safe. */
public final class ResponseMessage {
    private final int status;
    private final String reason;
    private final boolean http10;
    private final Fields fields;
    private final Framing framing;

    ResponseMessage(int status, String reason, boolean http10, Fields fields, Framing framing) {
        this.status = status;
        this.reason = reason;
        this.http10 = http10;
        this.fields = fields;
        this.framing = framing;
    }

    /**
     * An answer of one's own, without fields yet.
     *
     * @param status {@code 100..999}
     * @param reason its words
     * @return the answer
     * @throws IllegalArgumentException if the status is out of range, or a character may not stand in a reason
     */
    public static ResponseMessage of(int status, String reason) {
        boolean text = reason.chars().allMatch(c -> c < 0x80 && Octets.isValue((byte) c));
        if (status < 100 || status > 999 || !text) {
            throw new IllegalArgumentException("status: " + status + " (expected: 100..999, and a reason of ASCII)");
        }
        return new ResponseMessage(status, reason, false, new Fields(), Framing.NONE);
    }

    /** {@code 100..999}. */
    public int status() {
        return status;
    }

    /** Its words, if only empty ones. */
    public String reason() {
        return reason;
    }

    /** Tells whether it came as HTTP/1.0; it is sent as HTTP/1.1 all the same. */
    public boolean isHttp10() {
        return http10;
    }

    /** Its fields. */
    public Fields fields() {
        return fields;
    }

    /** How the end of its body is told. */
    public Framing framing() {
        return framing;
    }
}
