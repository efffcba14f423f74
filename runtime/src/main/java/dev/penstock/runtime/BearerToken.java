package dev.penstock.runtime;

import dev.penstock.discovery.UriOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Gives the secret that opens a web server: an empty one is not sent. It is in no message. */
@FunctionalInterface
interface BearerToken {
    String ENV = "tokenEnv";
    String FILE = "tokenFile";

    String read() throws IOException;

    /** That of a variable, or of a file that is read at each question; none if the options name neither. */
    static BearerToken of(UriOptions options, Map<String, String> variables) {
        String variable = options.text(ENV).orElse("");
        String file = options.text(FILE).orElse("");
        if (!variable.isEmpty() && !file.isEmpty()) {
            throw new IllegalArgumentException(ENV + " and " + FILE + ": both given (expected: one of them)");
        }
        if (!file.isEmpty()) {
            return () -> fromFile(Path.of(file));
        }
        String token = variables.getOrDefault(variable, "").strip();
        if (!variable.isEmpty() && !isVisible(token)) {
            throw new IllegalArgumentException(
                    ENV + ": " + variable + " (expected: a variable that is set, to visible ASCII characters)");
        }
        return () -> token;
    }

    private static String fromFile(Path file) throws IOException {
        String expected = FILE + ": \"" + file + "\" (expected: a readable file that holds a token)";
        String token;
        try {
            token = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException(expected, e);
        }
        if (!isVisible(token)) {
            throw new IOException(expected);
        }
        return token;
    }

    private static boolean isVisible(String token) {
        return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
