package dev.penstock.proxy.http1;

/** The head of a request, as it came and as it is to be sent. Not thread-safe. */
public final class RequestMessage {
    private final String method;
    private final boolean http10;
    private final Fields fields;
    private final Framing framing;
    private String target;

    RequestMessage(String method, String target, boolean http10, Fields fields, Framing framing) {
        this.method = method;
        this.target = target;
        this.http10 = http10;
        this.fields = fields;
        this.framing = framing;
    }

    /** What is to be done. */
    public String method() {
        return method;
    }

    /** What it is to be done to (RFC 9112, 3.2). */
    public String target() {
        return target;
    }

    /**
     * Sends it somewhere else.
     *
     * @throws IllegalArgumentException if a character may not stand in a target
     */
    public void target(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) > 0x7f || !Octets.isTarget((byte) target.charAt(i))) {
                throw new IllegalArgumentException("target: character " + (int) target.charAt(i)
                        + " (expected: visible ASCII without a number sign)");
            }
        }
        this.target = target;
        fields.changeFirstLine();
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
