package dev.penstock.metrics;

import java.nio.charset.StandardCharsets;

/** The labels of a series as Prometheus reads them, and their bytes, since many series have the same. Immutable. */
final class Label {
    static final Label NONE = new Label("");

    private final String text;
    private final byte[] bytes;

    /** As in {@code {endpoint="10.0.0.1:80",service="orders"}}; empty without labels. */
    Label(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
    }

    void write(Pieces pieces) {
        pieces.append(bytes);
    }

    /** With one more label behind it, as in {@code le="0.1"}. */
    void write(Pieces pieces, byte[] more) {
        if (bytes.length == 0) {
            pieces.append('{');
        } else {
            pieces.append(bytes, bytes.length - 1).append(',');
        }
        pieces.append(more).append('}');
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Label label && text.equals(label.text));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
