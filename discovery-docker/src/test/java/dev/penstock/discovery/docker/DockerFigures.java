package dev.penstock.discovery.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file of figures, {@code target/docker-figures.txt}; stateless. */
final class DockerFigures {
    private DockerFigures() {}

    /** Adds lines. */
    static void add(String lines) throws IOException {
        Files.createDirectories(Path.of("target"));
        Files.writeString(
                Path.of("target/docker-figures.txt"), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
