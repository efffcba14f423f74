package dev.penstock.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Locale;

/** What a test measured, a line each in {@code target/NAME-figures.txt}, which begins anew with each instance. */
final class Figures {
    private final Path file;

    private Figures(Path file) {
        this.file = file;
    }

    static Figures of(String name) {
        try {
            Path file = Path.of("target", name + "-figures.txt");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
            return new Figures(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void write(String form, Object... values) {
        try {
            Files.writeString(
                    file,
                    String.format(Locale.ROOT, form, values) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The distribution of times in nanoseconds, and the goal for the slowest in milliseconds. */
    void distribution(String what, Collection<Long> nanos, long goalMillis) {
        double[] sorted =
                nanos.stream().mapToDouble(value -> value / 1e6).sorted().toArray();
        long over =
                nanos.stream().filter(value -> value / 1_000_000 > goalMillis).count();
        write(
                "%-28s n %3d  min %5.0f  p50 %5.0f  p90 %5.0f  p99 %5.0f  max %5.0f ms  goal %d, %d over it",
                what,
                sorted.length,
                sorted[0],
                at(sorted, 0.5),
                at(sorted, 0.9),
                at(sorted, 0.99),
                sorted[sorted.length - 1],
                goalMillis,
                over);
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
