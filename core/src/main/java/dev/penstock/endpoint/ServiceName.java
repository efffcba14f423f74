package dev.penstock.endpoint;

import static java.util.Objects.requireNonNull;

/**
 * The logical name that requests are sent to. Immutable.
 *
 * @param value 1 to 255 visible ASCII characters or letters, no blank, no control character; neither {@code .} nor {@code ..}, by
 *     which no URL could name it (RFC 3986, 5.2.4)
 */
public record ServiceName(String value) implements Comparable<ServiceName> {
    private static final int MAX_LENGTH = 255;

    /** Checks length and characters. */
    public ServiceName {
        requireNonNull(value, "value");
        if (value.isEmpty() || value.length() > MAX_LENGTH || !value.chars().allMatch(ServiceName::allowed)) {
            throw new IllegalArgumentException(
                    "service name: \"" + value + "\" (expected: 1 to 255 letters, digits or punctuation, no blank)");
        }
        if (value.equals(".") || value.equals("..")) {
            throw new IllegalArgumentException(
                    "service name: \"" + value + "\" (expected: another one; in URLs it means a folder)");
        }
    }

    /**
     * A name from its text.
     *
     * @param value see {@link #value()}
     * @return the name
     * @throws IllegalArgumentException if the text is empty, too long or has a character that is not allowed
     */
    public static ServiceName of(String value) {
        return new ServiceName(value);
    }

    private static boolean allowed(int c) {
        return c > ' ' && c != 0x7f && !Character.isISOControl(c) && !Character.isWhitespace(c);
    }

    @Override
    public int compareTo(ServiceName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
