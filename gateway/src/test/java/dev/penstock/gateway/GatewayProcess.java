package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.FileEdit;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program in a process of its own, following some sources. */
final class GatewayProcess implements AutoCloseable {
    private final Packaged program;
    private final Path file;
    private final int port;
    private final int admin;
    private final Set<Integer> traffic;

    private GatewayProcess(Packaged program, Path file, Set<Integer> backends) {
        this.program = program;
        this.file = file;
        port = program.port("web http://127.0.0.1:");
        admin = program.port("admin http://127.0.0.1:");
        traffic = new TreeSet<>(backends);
        traffic.addAll(Set.of(port, admin));
    }

    static GatewayProcess start(Path directory, int lanes, LiveSource... sources) {
        return start(
                directory,
                configuration("127.0.0.1:0", lanes, sources),
                Stream.of(sources).flatMap(source -> source.ports().stream()).collect(Collectors.toSet()));
    }

    /**
     * Starts it.
     *
     * @param configuration with a listener {@code web} and an admin listener
     * @param backends ports whose connections are traffic
     */
    static GatewayProcess start(Path directory, String configuration, Set<Integer> backends) {
        return start(directory, configuration, backends, List.of());
    }

    /** Starts it with further options of the JVM. */
    static GatewayProcess start(Path directory, String configuration, Set<Integer> backends, List<String> options) {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        Path file = file(directory, configuration);
        List<String> command = new ArrayList<>(List.of(Packaged.JAVA, "-Xmx256m"));
        command.addAll(options);
        command.addAll(
                List.of("-cp", classPath, "dev.penstock.gateway.Main", "run", "-f", file.toString(), "--drain", "0s"));
        return new GatewayProcess(Packaged.command(Map.of(), command), file, backends);
    }

    /** A configuration whose listener {@code web} serves all lanes of the sources. */
    static String configuration(String admin, int lanes, LiveSource... sources) {
        var catalogs = new StringBuilder();
        var routes = new StringBuilder();
        var services = new StringBuilder();
        for (LiveSource source : sources) {
            source.catalog()
                    .ifPresent(
                            uri -> catalogs.append("  - {from: \"").append(uri).append("\"}\n"));
            for (int lane = 0; lane < lanes; lane++) {
                String name = source.name() + lane;
                String host = source.host(lane);
                source.discover(lane).ifPresent(uri -> {
                    routes.append("  - {host: ")
                            .append(host)
                            .append(", service: ")
                            .append(name)
                            .append("}\n");
                    services.append("  ")
                            .append(name)
                            .append(": {discover: [\"")
                            .append(uri)
                            .append("\"]}\n");
                });
            }
        }
        return "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: " + admin + "\n" + section("catalogs", catalogs)
                + section("routes", routes) + section("services", services);
    }

    private static Path file(Path directory, String text) {
        try {
            return Files.writeString(Files.createTempFile(directory, "gateway", ".yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String section(String name, StringBuilder lines) {
        return lines.isEmpty() ? "" : name + ":\n" + lines;
    }

    int port() {
        return port;
    }

    int admin() {
        return admin;
    }

    /** Has it read another configuration at once. */
    void reload(String configuration) throws Exception {
        FileEdit.RENAME.edit(file, configuration);
        program.signal("HUP");
    }

    /** The time of processors that it has used, in nanoseconds; as Linux counts, in steps of 10 ms. */
    long cpuNanos() {
        return ProcessHandle.of(program.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow()
                .toNanos();
    }

    /** What it holds all the time for a second, beside the connections of traffic. */
    Vitals vitals() {
        Vitals least = Vitals.of(program.pid(), traffic);
        for (int i = 0; i < 10; i++) { // as connections begin and end while they are counted
            Waiting.pause(Duration.ofMillis(100));
            least = least.least(Vitals.of(program.pid(), traffic));
        }
        return least;
    }

    long heapKib() {
        return Vitals.heapKib(program.pid());
    }

    /** What it wrote to its log. */
    String log() {
        return program.err();
    }

    /** Whether a source or catalog is failing, as the state tells. */
    boolean complains() {
        try (var client = RawClient.connect(admin)) {
            return client.get("admin", "/state").text().contains("\"problem\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the answers to a host's requests are those of these backends. */
    void awaitAnswers(String host, Set<String> answers) {
        try (var client = RawClient.connect(port)) {
            eventually(Packaged.SOON, () -> {
                Set<String> seen = new TreeSet<>();
                for (int i = 0; i < 4 * answers.size(); i++) {
                    seen.add(client.get(host, "/id").text().strip());
                }
                assertThat(seen).as(log()).isEqualTo(answers);
            });
        }
    }

    /** Ends it as an operator does. */
    @Override
    public void close() {
        try {
            program.signal("TERM");
            assertThat(program.status()).as(log()).isZero();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            program.close();
        }
    }
}
