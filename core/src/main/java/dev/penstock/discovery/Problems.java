package dev.penstock.discovery;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Sentences for people about what went wrong. */
final class Problems {
    private static final int MAX_LENGTH = 300;

    private Problems() {}

    /** The cause that matters, in one line: its message, or its type if it has none. */
    static String of(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return line(message == null || message.isBlank() ? cause.getClass().getSimpleName() : message);
    }

    /** A text of a source as one line of bounded length, safe to be logged. */
    static String line(String text) {
        String cut = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return cut.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
