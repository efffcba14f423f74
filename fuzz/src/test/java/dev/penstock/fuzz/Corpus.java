package dev.penstock.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The inputs that are kept: seeds, and whatever was once found to fail. Each target has a directory of its own. */
final class Corpus {
    private Corpus() {}

    static Path directory() {
        Path here = Path.of("src/test/corpus").toAbsolutePath();
        return Files.exists(here) ? here : Path.of("fuzz/src/test/corpus").toAbsolutePath();
    }

    static Path directory(FuzzTarget target) {
        return directory().resolve(target.word());
    }

    static List<Path> files(FuzzTarget target) {
        try (var files = Files.list(directory(target))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
