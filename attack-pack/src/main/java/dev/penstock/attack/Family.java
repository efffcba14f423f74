package dev.penstock.attack;

/** What attacks have in common. */
public enum Family {
    /** Method, target and version. */
    REQUEST_LINE("request line"),
    /** Names and values of header fields, and how lines end. */
    FIELDS("fields"),
    /** Where a request ends: Content-Length and Transfer-Encoding. */
    FRAMING("framing"),
    /** The pieces of a chunked body. */
    CHUNKS("chunks"),
    /** The target and the Host field. */
    TARGET("target"),
    /** What is between two hops, and what a proxy says of its client. */
    FORWARDING("forwarding"),
    /** Upgrades, CONNECT, pipelines. */
    PROTOCOL("protocol"),
    /** The endpoint's answer: its head. */
    ANSWER_HEAD("answer head"),
    /** The endpoint's answer: where it ends. */
    ANSWER_FRAMING("answer framing"),
    /** Time and amount. */
    SLOW("slow");

    private final String title;

    Family(String title) {
        this.title = title;
    }

    /**
     * The name for reports.
     *
     * @return a few words
     */
    public String title() {
        return title;
    }
}
