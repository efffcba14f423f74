package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real server, run by a script in a folder of the test. Confined to its test.
 *
 * <p>The script knows {@code start DIR [PORT]}, which prints the port once the server is ready (a free one if none is
 * given), and {@code stop DIR}, which kills it and keeps its data.
 */
public final class ScriptedServer implements AutoCloseable {
    private static final Object ONE_AT_A_TIME = new Object(); // a port that is free is not taken yet

    private final Path script;
    private final Path folder;
    private final Map<String, String> variables;
    private int port;
    private boolean running;

    private ScriptedServer(Path script, Path folder, Map<String, String> variables) {
        this.script = script;
        this.folder = folder;
        this.variables = variables;
    }

    /**
     * Starts a server.
     *
     * @param script how
     * @param folder holds its data; made if it is not there
     * @param variables for the script, besides those of the environment
     * @return running, to be closed by the test
     */
    public static ScriptedServer start(Path script, Path folder, Map<String, String> variables) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var server = new ScriptedServer(script.toAbsolutePath().normalize(), folder, Map.copyOf(variables));
        server.start();
        return server;
    }

    /** Starts it again, at the same port and with the same data. */
    public void start() {
        synchronized (ONE_AT_A_TIME) {
            String printed = port == 0 ? run("start", "" + folder) : run("start", "" + folder, "" + port);
            port = Integer.parseInt(printed.strip());
        }
        running = true;
    }

    /** Kills it; the data stays. */
    public void stop() {
        running = false;
        run("stop", folder.toString());
    }

    /**
     * Has the script do something else.
     *
     * @param arguments what it is told
     * @return what it prints
     */
    public String run(String... arguments) {
        List<String> command = Stream.concat(Stream.of(script.toString()), Stream.of(arguments))
                .toList();
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(variables);
        builder.redirectError(folder.resolve("script.log").toFile());
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as("%s: see %s/script.log", command, folder)
                    .isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Whether it was started and not stopped since.
     *
     * @return true as well if it died by itself
     */
    public boolean isRunning() {
        return running;
    }

    /**
     * Where it listens.
     *
     * @return the same through all starts
     */
    public int port() {
        return port;
    }

    /**
     * Where it listens.
     *
     * @return {@code host:port}
     */
    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        stop();
    }
}
