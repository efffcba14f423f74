package dev.penstock.testkit;

import java.util.List;
import java.util.Optional;

/**
 * One header field as it stood on the wire. Immutable.
 *
 * @param name in the case it was sent
 * @param value without the white space around it
 */
public record Header(String name, String value) {
    /**
     * The first value of a name.
     *
     * @param headers where to look
     * @param name in any case
     * @return the value, empty where there is no such header
     */
    public static Optional<String> first(List<Header> headers, String name) {
        return all(headers, name).stream().findFirst();
    }

    /**
     * All values of a name, in order.
     *
     * @param headers where to look
     * @param name in any case
     * @return as many as there are
     */
    public static List<String> all(List<Header> headers, String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .toList();
    }

    @Override
    public String toString() {
        return name + ": " + value;
    }
}
