package dev.penstock.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A program that a test drives. Where it is not installed the test is skipped, or fails if {@code PENSTOCK_NO_SKIP=true}
 * is set in the environment or as a system property.
 */
public final class RequiresTool {
    private RequiresTool() {}

    /**
     * Finds a program.
     *
     * @param name as it is called
     * @return where it is
     */
    public static Path find(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, name))
                .filter(candidate -> candidate.toFile().canExecute())
                .findFirst()
                .orElseGet(() -> missing("program: \"" + name + "\" (expected: installed and on the PATH)"));
    }

    /**
     * Finds a program that is not too old; it says which version it is when asked for its {@code --version}.
     *
     * @param name as it is called
     * @param least the lowest major version that does
     * @return where it is
     */
    public static Path find(String name, int least) {
        Path path = find(name);
        String said = run(name, "--version").output();
        String major = said.replaceFirst("(?s)\\D*(\\d{1,6}).*", "$1");
        return !major.isEmpty() && major.length() < said.length() && Integer.parseInt(major) >= least
                ? path
                : missing(
                        "program: \"" + name + "\" of version " + said.strip() + " (expected: " + least + " or later)");
    }

    /**
     * Finds a part of a program that is on no path.
     *
     * @param path where it is once it is installed
     * @return the same
     */
    public static Path file(Path path) {
        return Files.isReadable(path) ? path : missing("file: \"" + path + "\" (expected: installed)");
    }

    private static Path missing(String message) {
        boolean skipIsFailure = Boolean.getBoolean("PENSTOCK_NO_SKIP")
                || "true".equals(System.getenv().get("PENSTOCK_NO_SKIP"));
        if (skipIsFailure) {
            return Assertions.fail(message);
        }
        return Assumptions.abort(message);
    }

    /**
     * Runs a program to its end.
     *
     * @param name as it is called
     * @param arguments what it is told
     * @return what it wrote to its output and its errors, and how it ended
     */
    public static Run run(String name, String... arguments) {
        var command = Stream.concat(Stream.of(find(name).toString()), Stream.of(arguments))
                .toList();
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(command, process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * A program that has ended. Immutable.
     *
     * @param command what was run
     * @param status its exit status
     * @param output what it wrote
     */
    public record Run(List<String> command, int status, String output) {
        /** Copies the list. */
        public Run {
            command = List.copyOf(command);
        }
    }
}
