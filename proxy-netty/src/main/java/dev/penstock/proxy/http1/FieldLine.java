package dev.penstock.proxy.http1;

/** A field with its value as it is written, made once for many messages. Immutable. */
public final class FieldLine {
    private final FieldName name;
    private final byte[] bytes;

    FieldLine(FieldName name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /**
     * A field.
     *
     * @param name its name
     * @param value its value
     * @return the field
     * @throws IllegalArgumentException if the value has a control character or one beyond ISO 8859-1
     */
    public static FieldLine of(FieldName name, String value) {
        var fields = new Fields();
        fields.add(name, value);
        return new FieldLine(name, fields.bytes());
    }

    /** What it is called. */
    public FieldName name() {
        return name;
    }

    byte[] bytes() {
        return bytes;
    }
}
