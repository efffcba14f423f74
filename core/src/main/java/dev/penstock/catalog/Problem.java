package dev.penstock.catalog;

/**
 * One fault of a definition. Immutable.
 *
 * @param path the key at fault, as in {@code routes[2].service}
 * @param message {@code value (expected: what would be right)}
 */
public record Problem(String path, String message) {
    @Override
    public String toString() {
        return path + ": " + message;
    }
}
