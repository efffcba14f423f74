package dev.penstock.balancer;

import dev.penstock.request.Request;
import dev.penstock.text.Suggestion;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of a request decides where it goes: requests with the same key go to the same endpoint. Immutable.
 *
 * @param part which part of the request
 * @param name of the header, cookie or query parameter; empty for the other parts
 */
public record HashKey(Part part, String name) {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+"); // RFC 9110, 5.6.2

    /** The parts of a request that a key can be taken from. */
    public enum Part {
        /** The client's address, see {@link Request#client()}. */
        CLIENT,
        /** The host asked for. */
        HOST,
        /** The path, raw, without query. */
        PATH,
        /** A header's first value. */
        HEADER,
        /** A cookie's value. */
        COOKIE,
        /** A query parameter's first value, raw. */
        QUERY;

        private boolean named() {
            return this == HEADER || this == COOKIE || this == QUERY;
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Refuses a name where none belongs, none where one does, and one that no header or cookie can have. */
    public HashKey {
        if (part.named() != !name.isEmpty()) {
            throw new IllegalArgumentException("key: \"" + part.word() + ":" + name + "\" (expected: "
                    + (part.named() ? "a name after the colon)" : "\"" + part.word() + "\" alone)"));
        }
        boolean token = part == Part.HEADER || part == Part.COOKIE;
        if (token && !TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "key: name of the " + part.word() + " \"" + name + "\" (expected: a token as of RFC 9110)");
        }
    }

    /**
     * Reads the form that configurations have.
     *
     * @param text {@code client}, {@code host}, {@code path}, {@code header:NAME}, {@code cookie:NAME} or {@code query:NAME}
     * @return the key
     * @throws IllegalArgumentException if it is anything else
     */
    public static HashKey parse(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        for (Part part : Part.values()) {
            if (part.word().equals(word)) {
                return new HashKey(part, colon < 0 ? "" : text.substring(colon + 1));
            }
        }
        throw new IllegalArgumentException("key: "
                + Suggestion.unknown(
                        word, List.of("client", "host", "path", "header:NAME", "cookie:NAME", "query:NAME")));
    }

    /** Where a key lies in 0..1, by a number that whoever asks has for itself. */
    static double place(String key, long salt) {
        return (Mix.of(XxHash64.of(key) ^ salt) >>> 11) * 0x1.0p-53;
    }

    /**
     * The key of a request.
     *
     * @param request any
     * @return null if the request has none, or an empty one
     */
    public @Nullable String of(Request request) {
        String key = switch (part) {
            case CLIENT -> request.client();
            case HOST -> request.host();
            case PATH -> request.path();
            case HEADER -> request.header(name);
            case COOKIE -> cookie(request.header("cookie"));
            case QUERY -> parameter(request.query());
        };
        return key == null || key.isEmpty() ? null : key;
    }

    private @Nullable String cookie(@Nullable String header) { // RFC 6265, 4.2.1: name=value; name=value
        return header == null ? null : value(header, ';');
    }

    private @Nullable String parameter(String query) {
        return value(query, '&');
    }

    /** The value of the first {@code name=value} among those that the separator divides, without blanks around. */
    private @Nullable String value(String pairs, char separator) {
        int from = 0;
        while (from < pairs.length()) {
            int next = pairs.indexOf(separator, from);
            int to = next < 0 ? pairs.length() : next;
            while (from < to && pairs.charAt(from) == ' ') {
                from++;
            }
            int equals = from + name.length();
            if (equals < to && pairs.charAt(equals) == '=' && pairs.startsWith(name, from)) {
                return pairs.substring(equals + 1, to).trim();
            }
            from = to + 1;
        }
        return null;
    }

    @Override
    public String toString() {
        return part.named() ? part.word() + ":" + name : part.word();
    }
}
