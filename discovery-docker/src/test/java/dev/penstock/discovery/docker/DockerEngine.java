package dev.penstock.discovery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A real engine, run by tools/servers/docker; the test is skipped where it is not installed. */
public final class DockerEngine implements AutoCloseable {
    /** Serves at port 8080; {@code /cgi-bin/id} tells the container's short id. */
    public static final String IMAGE = "penstock-web";

    private final Path directory;
    private final String socket;

    private DockerEngine(Path directory, String socket) {
        this.directory = directory;
        this.socket = socket;
    }

    public static DockerEngine start(Path directory, String... options) {
        for (String program : List.of("dockerd", "docker", "busybox", "ip", "curl")) {
            RequiresTool.find(program);
        }
        RequiresTool.find(isRoot() ? "dockerd" : "root"); // an engine needs the rights of root
        return new DockerEngine(directory, script("start", directory, options));
    }

    private static boolean isRoot() {
        return RequiresTool.run("id", "-u").output().strip().equals("0");
    }

    private static String script(String what, Path directory, String... options) {
        Path here = Path.of("").toAbsolutePath();
        Path script = here.resolve("tools/servers/docker");
        Path found = Files.exists(script) ? script : here.getParent().resolve("tools/servers/docker");
        RequiresTool.Run run = RequiresTool.run(
                "bash",
                Stream.concat(Stream.of(found.toString(), what, directory.toString()), Arrays.stream(options))
                        .toArray(String[]::new));
        assertThat(run.status()).as(run.output()).isZero();
        return run.output().strip();
    }

    public String socket() {
        return socket;
    }

    /** Ends the engine as a crash does; its containers run on. */
    public void down() {
        script("kill", directory);
    }

    /** Starts it again, where it was. */
    public void up() {
        script("start", directory);
    }

    /** Runs Docker's own client; gives what it printed. */
    public String run(String... arguments) {
        RequiresTool.Run run = RequiresTool.run(
                "docker",
                Stream.concat(Stream.of("-H", "unix://" + socket), Arrays.stream(arguments))
                        .toArray(String[]::new));
        assertThat(run.status()).as(run.command() + ": " + run.output()).isZero();
        return run.output().strip();
    }

    /** Starts a container of the image, at a free port of loopback; gives its name. */
    public String web(String name, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "-d", "--init", "--name", name, "-p", "127.0.0.1::8080"));
        arguments.addAll(List.of(options));
        arguments.add(IMAGE);
        run(arguments.toArray(String[]::new));
        return name;
    }

    /** Where a port of a container is, as in {@code 127.0.0.1:32768}. */
    public String published(String name) {
        return run("port", name, "8080/tcp");
    }

    /** What the container's web server calls itself. */
    public String shortId(String name) {
        return run("inspect", "-f", "{{.Id}}", name).substring(0, 12);
    }

    @Override
    public void close() {
        script("stop", directory);
    }
}
