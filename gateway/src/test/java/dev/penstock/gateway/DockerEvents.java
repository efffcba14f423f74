package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When a Docker engine told which event of which container, as its own client prints them. Ends with the engine. */
final class DockerEvents {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Map<String, Long> moments = new ConcurrentHashMap<>();

    DockerEvents(String socket) {
        var builder = new ProcessBuilder(
                "docker",
                "-H",
                "unix://" + socket,
                "events",
                "--filter",
                "type=container",
                "--format",
                "{{.Action}} {{.Actor.Attributes.name}}");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            var thread = new Thread(() -> read(process), "docker-events");
            thread.setDaemon(true);
            thread.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Process process) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                moments.putIfAbsent(line, Ticker.system().nanos());
            }
        } catch (IOException e) {
            process.destroy();
        }
    }

    void forget(String action, String container) {
        moments.remove(action + " " + container);
    }

    /** The moment of the first such event since it was forgotten. */
    long await(String action, String container) {
        String line = action + " " + container;
        eventually(SOON, () -> assertThat(moments).containsKey(line));
        return moments.get(line);
    }
}
