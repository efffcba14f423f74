package dev.penstock.middleware;

import java.util.Locale;
import java.util.Set;

/**
 * Compresses answers by gzip for clients that take it. Immutable.
 *
 * @param leastBytes shorter answers stay as they are, {@code >= 0}; an answer whose length is not known beforehand is
 *     compressed
 * @param types media types in lower case without parameters; {@code text/*} is all of text
 */
public record Compression(long leastBytes, Set<String> types) implements Middleware {
    /** Checks the range, that there is a type, and copies the set. */
    public Compression {
        if (leastBytes < 0) {
            throw new IllegalArgumentException("least: " + leastBytes + " (expected: 0 or more)");
        }
        types = Set.copyOf(types);
        if (types.isEmpty()) {
            throw new IllegalArgumentException("types: none (expected: at least one)");
        }
    }

    /**
     * The documented defaults.
     *
     * @return 256 bytes; text, JSON, XML, JavaScript, WebAssembly, SVG
     */
    public static Compression defaults() {
        return new Compression(
                256,
                Set.of(
                        "text/*",
                        "application/json",
                        "application/javascript",
                        "application/xml",
                        "application/xhtml+xml",
                        "application/ld+json",
                        "application/problem+json",
                        "application/manifest+json",
                        "application/wasm",
                        "image/svg+xml"));
    }

    /**
     * Tells whether answers of a type are compressed.
     *
     * @param contentType as sent, with or without parameters
     * @return false for streams of events: each is to come at once
     */
    public boolean covers(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .trim()
                .toLowerCase(Locale.ROOT);
        int slash = type.indexOf('/');
        return !type.equals("text/event-stream")
                && (types.contains(type) || (slash > 0 && types.contains(type.substring(0, slash + 1) + "*")));
    }

    @Override
    public String text() {
        return "compress from " + leastBytes + " bytes";
    }

    @Override
    public boolean isStrict() {
        return false;
    }
}
