package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A whole request, as a {@link LocalHandler} gets it. Immutable. */
public final class LocalRequest {
    private final String method;
    private final String path;
    private final String query;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final byte[] body;

    LocalRequest(RequestHead head, byte[] body) {
        this.method = head.method();
        this.path = head.path();
        this.query = head.query();
        this.body = body;
        head.message()
                .fields()
                .forEach((name, value) -> headers.computeIfAbsent(name, none -> new ArrayList<>(1))
                        .add(value));
    }

    /**
     * The method.
     *
     * @return as sent, as in {@code GET}
     */
    public String method() {
        return method;
    }

    /**
     * The path.
     *
     * @return raw, without query
     */
    public String path() {
        return path;
    }

    /**
     * The query.
     *
     * @return raw, without the question mark; empty when there is none
     */
    public String query() {
        return query;
    }

    /**
     * A header's first value.
     *
     * @param name compared without regard to case
     * @return empty if the request has no such header
     */
    public Optional<String> header(String name) {
        List<String> values = headers.get(requireNonNull(name, "name"));
        return values == null ? Optional.empty() : Optional.of(values.get(0));
    }

    /**
     * Every value of a header.
     *
     * @param name compared without regard to case
     * @return one per line of it, in their order; empty if the request has no such header
     */
    public List<String> headers(String name) {
        return List.copyOf(headers.getOrDefault(requireNonNull(name, "name"), List.of()));
    }

    /**
     * The body.
     *
     * @return a copy, empty when there is none
     */
    public byte[] body() {
        return body.clone();
    }
}
