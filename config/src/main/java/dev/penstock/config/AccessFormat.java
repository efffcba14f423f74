package dev.penstock.config;

import static java.util.Objects.requireNonNull;

import dev.penstock.text.Suggestion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a line of the access log is written. Immutable.
 *
 * @param isJson one JSON object a line
 * @param parts of a line otherwise, in their order; none in JSON
 */
public record AccessFormat(boolean isJson, List<Part> parts) {
    /** An object of JSON for each line. */
    public static final AccessFormat JSON = new AccessFormat(true, List.of());

    /** The format that web servers have in common, with referer and user agent. */
    public static final AccessFormat COMBINED =
            parse("{client} - - [{commonTime}] \"{request}\" {status} {sentBytes} \"{referer}\" \"{userAgent}\"");

    private static final int LONGEST = 4_096;

    /** Copies the parts. */
    public AccessFormat {
        parts = List.copyOf(parts);
    }

    /**
     * A piece of a line.
     *
     * @param text as it is written; empty for a field
     * @param field whose value is written; null for a text
     */
    public record Part(String text, @Nullable AccessField field) {
        /** Checks for null. */
        public Part {
            requireNonNull(text, "text");
        }
    }

    /**
     * A format by its name, or a template.
     *
     * @param text {@code json}, {@code combined}, or a text with fields in braces, as in {@code {method} {path}}; two braces
     *     stand for one
     * @return the format
     * @throws IllegalArgumentException if it is none, in words for people
     */
    public static AccessFormat of(String text) {
        if (text.equals("json")) {
            return JSON;
        }
        if (text.equals("combined")) {
            return COMBINED;
        }
        if (text.indexOf('{') < 0) {
            String expected = "expected: json, combined, or a template with fields as in \"{method} {path} {status}\"";
            throw new IllegalArgumentException("\"" + text + "\" (" + expected + ")"
                    + Suggestion.nearest(text, List.of("json", "combined"))
                            .map(near -> "; did you mean \"" + near + "\"?")
                            .orElse(""));
        }
        return parse(text);
    }

    private static AccessFormat parse(String template) {
        if (template.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a template of " + template.length() + " characters (expected: at most " + LONGEST + ")");
        }
        List<Part> parts = new ArrayList<>();
        var text = new StringBuilder();
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if ((c == '{' || c == '}') && i + 1 < template.length() && template.charAt(i + 1) == c) {
                text.append(c);
                i++;
            } else if (c == '{') {
                add(parts, text);
                int end = template.indexOf('}', i);
                parts.add(new Part("", field(template.substring(i + 1, end < 0 ? template.length() : end), end)));
                i = end;
            } else if (c == '}') {
                throw new IllegalArgumentException(
                        "a template with a } of its own (expected: }} for a brace that is none of a field)");
            } else if (c > '~' || (c < ' ' && c != '\t')) {
                throw new IllegalArgumentException("a template with character " + (int) c
                        + " (expected: visible ASCII characters, blanks and tabs)");
            } else {
                text.append(c);
            }
        }
        add(parts, text);
        return new AccessFormat(false, parts);
    }

    private static void add(List<Part> parts, StringBuilder text) {
        if (!text.isEmpty()) {
            parts.add(new Part(text.toString(), null));
            text.setLength(0);
        }
    }

    private static AccessField field(String name, int end) {
        if (end < 0) {
            throw new IllegalArgumentException("a template with a { that is not closed (expected: {field} or {{)");
        }
        AccessField field = AccessField.byName().get(name);
        if (field == null) {
            throw new IllegalArgumentException(
                    "field " + Suggestion.unknown(name, AccessField.byName().keySet()));
        }
        return field;
    }
}
