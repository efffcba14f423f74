package dev.penstock.catalog;

/**
 * Ports in a row. Immutable.
 *
 * @param first {@code 1..65535}
 * @param last {@code first..65535}
 */
public record PortRange(int first, int last) {
    /** All ports. */
    public static final PortRange ALL = new PortRange(1, 65_535);

    /** Checks the bounds. */
    public PortRange {
        if (first < 1 || last > 65_535 || first > last) {
            throw new IllegalArgumentException(
                    "ports: " + first + "-" + last + " (expected: 1..65535, the lower one first)");
        }
    }

    /**
     * Reads a range.
     *
     * @param text as in {@code 53} or {@code 1024-65535}
     * @return the range
     * @throws IllegalArgumentException if it is malformed
     */
    public static PortRange parse(String text) {
        if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
            throw new IllegalArgumentException("ports: \"" + text + "\" (expected: as in 53 or 1024-65535)");
        }
        int dash = text.indexOf('-');
        int first = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
        return new PortRange(first, dash < 0 ? first : Integer.parseInt(text.substring(dash + 1)));
    }

    /**
     * Tells whether a port is one of these.
     *
     * @param port any number
     * @return true if so
     */
    public boolean contains(int port) {
        return first <= port && port <= last;
    }

    /**
     * The range as people write it.
     *
     * @return what {@link #parse} reads
     */
    public String text() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
