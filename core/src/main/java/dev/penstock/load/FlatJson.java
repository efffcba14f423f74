package dev.penstock.load;

import java.util.function.BiConsumer;

/**
 * Reads a JSON object of numbers, and objects of numbers within it: all that a load report is. Names of the inner ones are
 * told as {@code outer.inner}. Confined to one text.
 */
final class FlatJson {
    private final String text;
    private int at;

    FlatJson(String text) {
        this.text = text;
    }

    /** Tells each number as it is written; false if the text is anything else. */
    boolean read(BiConsumer<String, String> told) {
        return object("", told) && at == text.length();
    }

    private boolean object(String prefix, BiConsumer<String, String> told) {
        if (!skip('{')) {
            return false;
        }
        if (skip('}')) {
            return true;
        }
        do {
            String name = name();
            if (name.isEmpty() || !skip(':') || !value(prefix + name, prefix.isEmpty(), told)) {
                return false;
            }
        } while (skip(','));
        return skip('}');
    }

    private boolean value(String name, boolean outer, BiConsumer<String, String> told) {
        if (at < text.length() && text.charAt(at) == '{') {
            return outer && object(name + ".", told);
        }
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (from < at) {
            told.accept(name, text.substring(from, at));
            blanks();
            return true;
        }
        return !name().isEmpty(); // a string: says nothing
    }

    /** A string without escapes; empty if there is none. */
    private String name() {
        if (at >= text.length() || text.charAt(at) != '"') {
            return "";
        }
        int end = text.indexOf('"', at + 1);
        if (end < 0 || text.substring(at, end).indexOf('\\') >= 0) {
            return "";
        }
        String name = text.substring(at + 1, end);
        at = end + 1;
        blanks();
        return name;
    }

    private boolean skip(char expected) {
        if (at >= text.length() || text.charAt(at) != expected) {
            return false;
        }
        at++;
        blanks();
        return true;
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
