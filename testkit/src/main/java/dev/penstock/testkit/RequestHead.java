package dev.penstock.testkit;

import java.util.List;
import java.util.Optional;

/**
 * The head of a request as it stood on the wire. Immutable.
 *
 * @param method as sent
 * @param target the raw request target
 * @param version as in {@code HTTP/1.1}
 * @param headers in order, in the case they were sent
 */
public record RequestHead(String method, String target, String version, List<Header> headers) {
    /** Copies the list. */
    public RequestHead {
        headers = List.copyOf(headers);
    }

    /**
     * The raw path.
     *
     * @return the target up to the first question mark
     */
    public String path() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /**
     * The raw query.
     *
     * @return what follows the first question mark; empty where there is none
     */
    public Optional<String> query() {
        int mark = target.indexOf('?');
        return mark < 0 ? Optional.empty() : Optional.of(target.substring(mark + 1));
    }

    /**
     * The first value of a header.
     *
     * @param name in any case
     * @return the value, empty where there is no such header
     */
    public Optional<String> header(String name) {
        return Header.first(headers, name);
    }

    /**
     * All values of a header, in order.
     *
     * @param name in any case
     * @return as many as there are
     */
    public List<String> headers(String name) {
        return Header.all(headers, name);
    }
}
