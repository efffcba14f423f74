package dev.penstock.config;

import static java.util.Objects.requireNonNull;

/**
 * One fault of a configuration, with the place where it stands. Immutable.
 *
 * @param file the file, as it was named to the reader
 * @param line {@code >= 1}; {@code 0}: the file as a whole
 * @param column {@code >= 1}; {@code 0}: the file as a whole
 * @param path the key at fault, as in {@code routes[2].service}; empty where no key is
 * @param message {@code value (expected: what would be right)}
 */
public record Fault(String file, int line, int column, String path, String message) {
    private static final int LONGEST_PATH = 300;

    /** Checks for null. */
    public Fault {
        requireNonNull(file, "file");
        requireNonNull(path, "path");
        requireNonNull(message, "message");
    }

    /**
     * The fault in one line: a key may hold anything, also ends of lines, and may be long.
     *
     * @return as in <code>penstock.yaml:7:5: routes[2].service: "ordres" (expected: one of orders, users)</code>
     */
    @Override
    public String toString() {
        String position = line == 0 ? "" : ":" + line + ":" + column;
        String key = path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH) + "...";
        String line = file + position + ": " + (key.isEmpty() ? "" : key + ": ") + message;
        return line.replaceAll("\\p{Cntrl}", "?");
    }
}
