package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

class ProgramTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int SIGTERM = 15;
    private static final int SIGINT = 2;

    @TempDir
    Path directory;

    private Path file(String... more) throws Exception {
        return Files.writeString(directory.resolve("penstock.yaml"), """
                listeners: [{address: 127.0.0.1:0, name: web}]
                routes: [{service: site}]
                services: {site: {endpoints: [127.0.0.1:1]}}
                """ + String.join("\n", more));
    }

    /** Runs until it has said its start line, then ends it; returns the line. */
    private static String startLine(InProcess program, String... arguments) throws Exception {
        var running = program.start(arguments);
        eventually(SOON, () -> assertThat(program.out() + program.err()).contains("\n"));
        program.signal(SIGTERM);
        assertThat(InProcess.status(running)).as(program.err()).isZero();
        return program.out();
    }

    @Test
    void S08_startLine_saysTransportLoopsAndWhichAddressServesWhat() throws Exception {
        Path file = Files.writeString(directory.resolve("two.yaml"), """
                listeners: [{address: 127.0.0.1:0, name: web}, 127.0.0.1:0]
                routes: [{service: site}, {service: orders, listeners: [web]}]
                services: {site: {endpoints: []}, orders: {endpoints: []}}
                admin: 127.0.0.1:0
                """);

        assertThat(startLine(
                        new InProcess(Map.of()), "run", "-f", file.toString(), "--transport", "nio", "--threads=1"))
                .matches("penstock [^ ]+ on nio, 1 loop: web http://127\\.0\\.0\\.1:[1-9][0-9]* -> orders, site;"
                        + " http://127\\.0\\.0\\.1:[1-9][0-9]* -> site; admin http://127\\.0\\.0\\.1:[1-9][0-9]*\n");
    }

    @Test
    void X06_precedence_flagOverEnvironmentOverFileOverDefault() throws Exception {
        String threads = " loops?:";
        String file = file("threads: 2", "transport: nio", "admin: off").toString();
        var variables = Map.of("PENSTOCK_THREADS", "3", "PENSTOCK_CONFIG", file);

        assertThat(startLine(new InProcess(Map.of()), "run", "-f", file)).containsPattern("on nio, 2" + threads);
        assertThat(startLine(new InProcess(variables), "run")).containsPattern("on nio, 3" + threads);
        assertThat(startLine(new InProcess(variables), "run", "--threads", "4")).containsPattern("on nio, 4" + threads);
        assertThat(startLine(new InProcess(Map.of("PENSTOCK_ADMIN", "127.0.0.1:0")), "run", "-f", file))
                .containsPattern("admin http://127.0.0.1:[0-9]+");
        assertThat(startLine(
                        new InProcess(Map.of("PENSTOCK_ADMIN", "127.0.0.1:0")), "run", "-f", file, "--admin", "off"))
                .contains("admin off");
    }

    @Test
    void X06_schema_isPrinted_asItLiesInTheDocs() throws Exception {
        var process = new InProcess(Map.of());

        assertThat(process.run("schema")).isZero();
        assertThat(process.out()).isEqualTo(Files.readString(Path.of("../docs/configuration.schema.json")));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', '', '', INFO",
        "'', '', '', warn, WARN",
        "'', '', error, warn, ERROR",
        "'', 1, '', warn, INFO",
        "1, 1, '', warn, DEBUG",
        "1, '', error, warn, ERROR",
        "0, '', '', warn, WARN"
    })
    void S07_logLevel_ofFlagVariableAndFile(
            String debug, String verbose, String variable, String inFile, String expected) throws Exception {
        String file = file("admin: off", inFile.isEmpty() ? "" : "log: {level: " + inFile + "}")
                .toString();
        var variables = Map.of("DEBUG", debug, "VERBOSE", verbose, "PENSTOCK_LOG_LEVEL", variable);

        startLine(new InProcess(variables), "run", "-f", file);

        assertThat(rootLevel()).isEqualTo(Level.toLevel(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"debug", "info", "warn", "error"})
    void S07_logLevel_flagWins(String level) throws Exception {
        startLine(
                new InProcess(Map.of("DEBUG", "1")),
                "run",
                "-f",
                file("admin: off").toString(),
                "--log-level",
                level);

        assertThat(rootLevel()).isEqualTo(Level.toLevel(level));
    }

    @ParameterizedTest
    @CsvSource({"'', DEBUG", "warn, WARN"})
    void X02_debug_isALogLevel_thatFlagsWinOver(String flag, String expected) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("run", "-f", file("admin: off", "log: {level: error}").toString(), "--debug"));
        if (!flag.isEmpty()) {
            arguments.addAll(List.of("--log-level", flag));
        }
        startLine(new InProcess(Map.of("PENSTOCK_LOG_LEVEL", "info")), arguments.toArray(String[]::new));

        assertThat(rootLevel()).isEqualTo(Level.toLevel(expected));
    }

    private static Level rootLevel() {
        return ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).getLevel();
    }

    @Test
    void S07_logLevel_invalid_endsWithStatus2AndOneLineForEachFault() throws Exception {
        var program = new InProcess(Map.of("PENSTOCK_DRAIN", "3"));

        assertThat(program.run("run", "-f", file().toString(), "--log-level", "loud"))
                .isEqualTo(2);

        assertThat(program.err().lines())
                .containsExactlyInAnyOrder(
                        "--log-level: \"loud\" (expected: one of debug, info, warn, error)",
                        "PENSTOCK_DRAIN: 3 (expected: the unit is missing; a duration as in 500ms, 3s, 1m or 1h)");
    }

    @Test
    void check_goodFile_saysSoInOneLine() throws Exception {
        var program = new InProcess(Map.of());

        assertThat(program.run("check", "-f", file().toString())).isZero();

        assertThat(program.out()).endsWith("penstock.yaml: OK, 1 listener, 1 route, 1 service, 1 endpoint\n");
    }

    @Test
    void check_fileThatNamesSources_contactsNobody() throws Exception {
        var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var tcp = ServerSocketChannel.open();
                var udp = DatagramChannel.open()) {
            tcp.bind(anywhere).configureBlocking(false);
            udp.bind(anywhere).configureBlocking(false);
            Path file = Files.writeString(directory.resolve("sources.yaml"), """
                    listeners: [{address: 127.0.0.1:0, name: web}]
                    routes: [{service: consul}]
                    services:
                      consul: {discover: "consul://TCP/web"}
                      keys: {discover: "consulkv://TCP/keys/web"}
                      docker: {discover: "docker://TCP?label=app=web"}
                      dns: {discover: "dns://UDP/web.test:80"}
                      named: {endpoints: ["web.invalid:80"]}
                    catalogs: [{from: "docker://TCP"}, {from: "consul://TCP"}]
                    """.replace(
                            "TCP", "127.0.0.1:" + tcp.socket().getLocalPort())
                    .replace("UDP", "127.0.0.1:" + udp.socket().getLocalPort()));
            var program = new InProcess(Map.of());

            assertThat(program.run("check", "-f", file.toString()))
                    .as(program.err())
                    .isZero();

            assertThat(program.out()).contains("sources.yaml: OK, 1 listener, 1 route, 5 services, 1 endpoint");
            assertThat(tcp.accept()).isNull(); // a connection would wait here, whoever had made it
            assertThat(udp.receive(ByteBuffer.allocate(1))).isNull();
        }
    }

    @Test
    void check_folder_isOneConfiguration() throws Exception {
        file();
        Files.writeString(directory.resolve("more.yaml"), "services: {more: {endpoints: []}}\n");
        var program = new InProcess(Map.of());

        assertThat(program.run("check", "-f", directory.toString()))
                .as(program.err())
                .isZero();

        assertThat(program.out()).isEqualTo(directory + ": OK, 1 listener, 1 route, 2 services, 1 endpoint\n");
    }

    @Test
    void check_references_areThoseOfTheEnvironment() throws Exception {
        String file = file("admin: ${ADDRESS}", "threads: ${LOOPS}").toString();
        var set = new InProcess(Map.of("ADDRESS", "127.0.0.1:0", "LOOPS", "2"));
        assertThat(set.run("check", "-f", file)).as(set.err()).isZero();

        var unset = new InProcess(Map.of("ADDRESS", "s3cret"));
        assertThat(unset.run("check", "-f", file)).isEqualTo(2);
        assertThat(unset.err())
                .contains(":5:10: threads: \"${LOOPS}\" (expected: a variable of the environment that is set)")
                .contains("admin: \"${ADDRESS}\"")
                .doesNotContain("s3cret");
    }

    @Test
    void check_withoutFile_saysWhereOneIsExpected() {
        var program = new InProcess(Map.of());

        assertThat(program.run("check")).isEqualTo(2);

        assertThat(program.err())
                .isEqualTo(
                        "penstock: no configuration (expected: -f FILE, PENSTOCK_CONFIG, or the file /etc/balancer.json)\n");
    }

    private static Stream<String> commands() {
        CommandLine program = Program.commandLine(new InProcess(Map.of()).surroundings());
        return Stream.concat(Stream.of(""), program.getSubcommands().keySet().stream());
    }

    @Test
    void commands_areThoseOfTheDocuments() {
        assertThat(commands()).contains("", "run", "check", "demo", "dns", "consul", "docker", "simulate");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_ofEveryCommand_isThere(String command) {
        var program = new InProcess(Map.of());

        assertThat(command.isEmpty() ? program.run("--help") : program.run(command, "--help"))
                .isZero();

        assertThat(program.out())
                .contains("Usage: penstock")
                .contains("--version")
                .contains("Exit status");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void version_ofEveryCommand_isThere(String command) {
        var program = new InProcess(Map.of());

        assertThat(command.isEmpty() ? program.run("--version") : program.run(command, "--version"))
                .isZero();

        assertThat(program.out()).matches("penstock [0-9]+\\.[0-9]+\\.[0-9]+.*, Java [0-9].*\n");
    }

    @Test
    void usage_withoutCommandOrWithAWrongOption_isStatus2() {
        var bare = new InProcess(Map.of());
        assertThat(bare.run()).isEqualTo(2);
        assertThat(bare.err()).startsWith("Usage: penstock");

        var wrong = new InProcess(Map.of());
        assertThat(wrong.run("run", "--fiel", "x")).isEqualTo(2);
        assertThat(wrong.err())
                .startsWith("penstock: option: \"--fiel\" (expected: one of ")
                .contains("did you mean \"--file\"?")
                .contains("Try 'penstock run --help'.");

        var misspelt = new InProcess(Map.of());
        assertThat(misspelt.run("rnu")).isEqualTo(2);
        assertThat(misspelt.err())
                .startsWith("penstock: command: \"rnu\" (expected: one of ")
                .contains("\"run\"?");

        var spare = new InProcess(Map.of());
        assertThat(spare.run("check", "file.yaml")).isEqualTo(2);
        assertThat(spare.err()).startsWith("penstock: argument: \"file.yaml\" (expected: none)");
    }

    @Test
    void secondSignal_whileDraining_haltsAtOnce() throws Exception {
        var program = new InProcess(Map.of());
        var running = program.start("run", "-f", file("admin: off").toString(), "--drain", "1h");
        eventually(SOON, () -> assertThat(program.out()).contains("penstock"));

        program.signal(SIGTERM);
        assertThat(program.halts()).isEmpty();
        program.signal(SIGTERM);

        assertThat(program.halts()).containsExactly(128 + SIGTERM);
        eventually(SOON, () -> assertThat(program.drains()).isTrue());
        program.interrupt(); // in a real process the halt has ended it
        assertThat(InProcess.status(running)).isZero();
    }

    @Test
    void S02_drain_isTenSecondsUnlessSaidOtherwise_andCtrlCDoesNotWait() throws Exception {
        var program = new InProcess(Map.of("PENSTOCK_DRAIN", ""));
        var running = program.start("run", "-f", file("admin: off").toString());
        eventually(SOON, () -> assertThat(program.out()).contains("penstock"));
        assertThat(program.run("run", "--help")).isZero();
        assertThat(program.out()).contains("10s unless said otherwise");

        program.signal(SIGTERM);
        eventually(SOON, () -> assertThat(program.drains()).isTrue());
        assertThat(running).isNotDone();
        program.interrupt();
        assertThat(InProcess.status(running)).isZero();

        var patient = new InProcess(Map.of("PENSTOCK_DRAIN", "1h"));
        var stopped = patient.start("run", "-f", file("admin: off").toString());
        eventually(SOON, () -> assertThat(patient.out()).contains("penstock"));
        patient.signal(SIGINT);
        assertThat(InProcess.status(stopped)).isZero();
    }

    @Test
    void demo_once_asksItselfAndShowsEachBackend() throws Exception {
        var program = new InProcess(Map.of());

        assertThat(program.run("demo", "--once", "--port", "0", "--admin", "127.0.0.1:0"))
                .isZero();

        assertThat(program.out())
                .contains("This is red.", "This is green.", "This is blue.", "Try in another terminal:", "services:");
    }

    @Test
    void demo_eachRequest_isALine() throws Exception {
        var program = new InProcess(Map.of());
        var running = program.start("demo", "--port", "0", "--admin", "off");
        eventually(SOON, () -> assertThat(program.out()).contains("Ctrl-C"));
        Matcher port = Pattern.compile("web http://127.0.0.1:([0-9]+)").matcher(program.out());
        assertThat(port.find()).isTrue();

        try (var client = RawClient.connect(Integer.parseInt(port.group(1)))) {
            assertThat(client.get("blue.example.com", "/x").text()).startsWith("This is blue.");
        }

        eventually(
                SOON,
                () -> assertThat(program.out())
                        .containsPattern("GET blue.example.com/x  200  blue -> blue 127.0.0.1:[0-9]+  [0-9.]+ ms"));
        program.signal(2);
        assertThat(InProcess.status(running)).isZero();
    }

    @Test
    void demo_portInUse_saysWhichFlagHelps() {
        try (var taken = EchoBackend.start("taken")) {
            var program = new InProcess(Map.of());

            assertThat(program.run("demo", "--port", String.valueOf(taken.port()), "--admin", "off"))
                    .isEqualTo(2);

            assertThat(program.err()).contains(String.valueOf(taken.port())).contains("--port");
        }
    }
}
