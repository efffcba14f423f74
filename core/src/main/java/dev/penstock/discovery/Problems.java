package dev.penstock.discovery;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Sentences for people about what went wrong. Stateless. */
public final class Problems {
    private static final int MAX_LENGTH = 300;

    private Problems() {}

    /**
     * The cause that matters, in one line.
     *
     * @param thrown what was caught
     * @return its message, or its type if it has none
     */
    public static String of(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return line(message == null || message.isBlank() ? cause.getClass().getSimpleName() : message);
    }

    /**
     * A text of a source as one line, safe to be logged.
     *
     * @param text of any length, with any characters
     * @return at most {@value #MAX_LENGTH} characters and three dots, without control characters
     */
    public static String line(String text) {
        String cut = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return cut.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
