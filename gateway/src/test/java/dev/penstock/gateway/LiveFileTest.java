package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.runtime.ConfigurationFollower;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RequiresTool;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What {@code penstock run} does while its file changes, and what it says of that. */
class LiveFileTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int SIGTERM = 15;
    private static final int SIGHUP = 1;
    private static final Pattern WEB = Pattern.compile("web http://127\\.0\\.0\\.1:([0-9]+)");

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final EchoBackend one = EchoBackend.start("one");
    private final EchoBackend two = EchoBackend.start("two");

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void open() {
        file = directory.resolve("penstock.yaml");
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void close() {
        logger().detachAppender(log);
        one.close();
        two.close();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ConfigurationFollower.class);
    }

    private void write(EchoBackend backend, String... more) throws IOException {
        Files.writeString(
                file,
                "listeners: [{address: 127.0.0.1:0, name: web}]\nroutes: [{service: site}]\nadmin: off\n"
                        + "services: {site: {endpoints: [" + backend.address() + "]}}\n" + String.join("\n", more)
                        + "\n");
    }

    /** The program in this process while it runs. */
    private record Running(InProcess program, CompletableFuture<Integer> status, int web) implements AutoCloseable {
        static Running start(Map<String, String> variables, String... arguments) {
            var program = new InProcess(variables);
            CompletableFuture<Integer> status = program.start(arguments);
            eventually(SOON, () -> assertThat(program.out()).as(program.err()).containsPattern(WEB));
            Matcher web = WEB.matcher(program.out());
            assertThat(web.find()).isTrue();
            return new Running(program, status, Integer.parseInt(web.group(1)));
        }

        String answers() throws IOException {
            try (var client = RawClient.connect(web)) {
                return client.get("a.example.com", "/").echo().backend();
            }
        }

        void awaitAnswers(String backend) {
            eventually(SOON, () -> assertThat(answers()).isEqualTo(backend));
        }

        @Override
        public void close() throws Exception {
            program.signal(SIGTERM);
            assertThat(InProcess.status(status)).as(program.err()).isZero();
        }
    }

    private List<String> said(Level level) {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().equals(level))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void S05_appliedChange_isOneLineThatSaysWhatIsDifferent() throws Exception {
        write(one);
        try (var running = Running.start(Map.of(), "run", "-f", file.toString())) {
            write(two, "# a remark");
            running.awaitAnswers("two");

            eventually(
                    SOON,
                    () -> assertThat(said(Level.INFO))
                            .containsExactly("file " + file + ": in effect: changed service site"));
            assertThat(said(Level.WARN)).isEmpty();
        }
    }

    @Test
    void C04_brokenEdit_isOneLineThatSaysAllFaults_andSoIsItsMending() throws Exception {
        write(one);
        try (var running = Running.start(Map.of(), "run", "-f", file.toString())) {
            Files.writeString(file, "listeners: [nowhere]\nroutes: 7\n");
            eventually(SOON, () -> assertThat(said(Level.ERROR)).isNotEmpty());
            assertThat(running.answers()).isEqualTo("one");

            write(one);
            eventually(SOON, () -> assertThat(said(Level.INFO)).isNotEmpty());

            assertThat(said(Level.ERROR))
                    .singleElement()
                    .asString()
                    .startsWith("file " + file + ": cannot be used, all stays as it is: " + file
                            + ":1:13: listeners[0]: \"nowhere\" (expected: ")
                    .contains("; " + file + ":2:1: routes: 7 (expected: a list of routes)");
            assertThat(said(Level.INFO)).containsExactly("file " + file + ": in effect, nothing to change");
        }
    }

    @Test
    void C03_settingsOfTheProcess_areNamedOnce_andTheRestTakesEffect() throws Exception {
        write(one);
        try (var running = Running.start(Map.of(), "run", "-f", file.toString())) {
            write(two, "threads: 7", "log: {level: error}");
            running.awaitAnswers("two");
            write(one, "threads: 7", "log: {level: error}");
            running.awaitAnswers("one");

            eventually(SOON, () -> assertThat(said(Level.INFO)).hasSize(2));
            assertThat(said(Level.WARN))
                    .containsExactly("file " + file + ": takes effect in a new process only: threads, log.level");
        }
    }

    @Test
    void X06_flagsAndVariables_winOverWhatTheFileSaysLater() throws Exception {
        write(one);
        var variables = Map.of("PENSTOCK_DRAIN", "0s");
        try (var running = Running.start(variables, "run", "-f", file.toString(), "--threads", "2")) {
            write(two, "threads: 7", "drain: 5s");
            running.awaitAnswers("two");

            eventually(SOON, () -> assertThat(said(Level.INFO)).hasSize(1));
            assertThat(said(Level.WARN)).isEmpty();
        }
    }

    @Test
    void noWatch_leavesTheFileAlone() throws Exception {
        write(one);
        try (var watching = Running.start(Map.of(), "run", "-f", file.toString());
                var asked = Running.start(Map.of("PENSTOCK_WATCH", "false"), "run", "-f", file.toString());
                var flagged = Running.start(Map.of(), "run", "-f", file.toString(), "--no-watch")) {
            for (EchoBackend backend : List.of(two, one, two)) {
                write(backend);
                watching.awaitAnswers(backend.name());
            }

            assertThat(asked.answers()).isEqualTo("one");
            assertThat(flagged.answers()).isEqualTo("one");
        }
    }

    @Test
    void C03_hangUp_readsTheFileAtOnce_andSaysWhatCameOfIt() throws Exception {
        write(one);
        try (var running = Running.start(Map.of(), "run", "-f", file.toString(), "--no-watch")) {
            running.program().signal(SIGHUP);
            eventually(
                    SOON,
                    () -> assertThat(said(Level.INFO))
                            .containsExactly("file " + file + ": in effect, nothing to change"));

            write(two);
            running.program().signal(SIGHUP);
            running.awaitAnswers("two");
            eventually(
                    SOON,
                    () -> assertThat(said(Level.INFO)).endsWith("file " + file + ": in effect: changed service site"));

            Files.delete(file);
            running.program().signal(SIGHUP);
            eventually(
                    SOON,
                    () -> assertThat(said(Level.ERROR))
                            .containsExactly("file " + file + ": cannot be used, all stays as it is: " + file
                                    + ": unable to open file: no such file"));
            assertThat(running.answers()).isEqualTo("two");
        }
    }

    @Test
    void C03_hangUpWhileTheProgramStarts_isNotLost() throws Exception {
        write(one);
        var program = new InProcess(Map.of());
        CompletableFuture<Integer> status = program.start("run", "-f", file.toString(), "--no-watch");
        for (int i = 0; i < 10_000_000 && program.out().isEmpty(); i++) {
            program.signal(SIGHUP); // the last of them before it says that it serves
        }
        eventually(
                SOON, () -> assertThat(said(Level.INFO)).contains("file " + file + ": in effect, nothing to change"));
        program.signal(SIGTERM);
        assertThat(InProcess.status(status)).as(program.err()).isZero();
    }

    @Test
    void C03_hangUpWhileTheFileIsReadFirst_isNotLost() throws Exception {
        write(one);
        byte[] first = Files.readAllBytes(file);
        write(two);
        byte[] second = Files.readAllBytes(file);
        Path pipe = directory.resolve("pipe.yaml"); // a file that takes as long to read as the test wants
        assertThat(new ProcessBuilder(RequiresTool.find("mkfifo").toString(), pipe.toString())
                        .start()
                        .waitFor())
                .isZero();
        var program = new InProcess(Map.of());
        CompletableFuture<Integer> status = program.start("run", "-f", pipe.toString(), "--no-watch");
        try (OutputStream out = Files.newOutputStream(pipe)) { // opened once it is read
            program.signal(SIGHUP);
            out.write(first);
        }
        eventually(SOON, () -> assertThat(program.out()).contains("admin ")); // it has read the first to its end
        CompletableFuture.runAsync(() -> fill(pipe, second)).get(SOON.toSeconds(), TimeUnit.SECONDS);

        eventually(
                SOON,
                () -> assertThat(said(Level.INFO))
                        .containsExactly("file " + pipe + ": in effect: changed service site"));
        program.signal(SIGTERM);
        assertThat(InProcess.status(status)).as(program.err()).isZero();
    }

    private static void fill(Path pipe, byte[] content) {
        try {
            Files.write(pipe, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void watchVariable_isTrueOrFalse() throws Exception {
        write(one);
        var program = new InProcess(Map.of("PENSTOCK_WATCH", "maybe"));

        assertThat(program.run("run", "-f", file.toString())).isEqualTo(2);

        assertThat(program.err()).isEqualTo("PENSTOCK_WATCH: \"maybe\" (expected: true or false)\n");
    }
}
