package dev.penstock.discovery.marathon;

import java.io.IOException;
import java.util.concurrent.CompletionException;

/** Carries what reading throws through stages. Stateless. */
final class Checked {
    private Checked() {}

    /** Reads something. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    static <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new CompletionException(e); // a call unwraps it
        }
    }
}
