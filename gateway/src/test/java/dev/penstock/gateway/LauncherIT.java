package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher at the root. */
class LauncherIT {
    private static final String LAUNCHER =
            Path.of("../penstock").toAbsolutePath().normalize().toString();

    @TempDir
    Path directory;

    /** Says that the jar is newer than every source, so that nothing is built: Maven leaves one alone that stays the same. */
    @BeforeAll
    static void touchJar() throws Exception {
        Path now = Files.createTempFile("now", null);
        Files.setLastModifiedTime(Path.of(Packaged.JAR), Files.getLastModifiedTime(now));
        Files.delete(now);
    }

    @Test
    void launcher_fromAnotherDirectoryAndThroughALink_startsTheProgram() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of(LAUNCHER));
        var variables = Map.of("JAVA_HOME", System.getProperty("java.home"));
        try (var program =
                Packaged.command(variables, List.of("sh", "-c", "cd / && exec \"$0\" --version", link.toString()))) {
            assertThat(program.status()).as(program.err()).isZero();
            assertThat(program.out()).matches("penstock [^ ]+, Java .*\n");
            assertThat(program.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/nowhere"})
    void launcher_withAndWithoutJarsOfOnesOwn_startsWithoutAWarning(String classPath) throws Exception {
        var variables = Map.of("JAVA_HOME", System.getProperty("java.home"), "PENSTOCK_CLASSPATH", classPath);
        var command = List.of(LAUNCHER, "demo", "--once", "--port", "0", "--admin", "127.0.0.1:0");
        try (var program = Packaged.command(variables, command)) { // by the archive of classes that it made first
            assertThat(program.status()).as(program.err()).isZero();
            assertThat(program.err()).isEmpty();
        }
    }

    @Test
    void launcher_withAHeapOf32Mebibytes_startsAndServes() throws Exception {
        var variables = Map.of("JAVA_HOME", System.getProperty("java.home"), "PENSTOCK_JAVA_OPTS", "-Xmx32m");
        try (var backend = EchoBackend.start("B1")) {
            Path file = Files.writeString(
                    directory.resolve("small.yaml"),
                    "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: 127.0.0.1:0\ndrain: 0s\n"
                            + "routes: [{service: site}]\nservices: {site: {endpoints: " + backend.address() + "}}\n");
            try (var program = Packaged.command(variables, List.of(LAUNCHER, "run", "-f", file.toString()))) {
                int port = program.port("web http://127.0.0.1:");
                byte[] body = new byte[1 << 20];
                for (int i = 0; i < 200; i++) { // several times the heap
                    try (var client = RawClient.connect(port)) {
                        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n")
                                .send(body);
                        assertThat(client.read().echo().body()).isEqualTo(body);
                    }
                }
                program.signal("TERM");
                assertThat(program.status()).as(program.err()).isZero();
                assertThat(program.err()).doesNotContain("OutOfMemory");
            }
        }
    }

    @Test
    void launcher_withoutAJava_saysWhatIsExpected() throws Exception {
        try (var program = Packaged.command(Map.of("JAVA_HOME", directory.toString()), List.of(LAUNCHER))) {
            assertThat(program.status()).isEqualTo(2);
            assertThat(program.err())
                    .startsWith("penstock: JAVA_HOME: " + directory)
                    .contains("Java 17 or newer");
        }
    }

    @Test
    void launcher_onAnOldJava_saysWhichOneItFound() throws Exception {
        Files.createDirectories(directory.resolve("bin"));
        Files.writeString(directory.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
        assertThat(Files.createFile(directory.resolve("bin/java")).toFile().setExecutable(true))
                .isTrue();
        try (var program = Packaged.command(Map.of("JAVA_HOME", directory.toString()), List.of(LAUNCHER))) {
            assertThat(program.status()).isEqualTo(2);
            assertThat(program.err()).contains("is Java 11.0.2 (expected: 17 or newer)");
        }
    }
}
