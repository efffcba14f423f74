package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Balancer's command line, by the packaged program. */
class CommandLineIT {
    @TempDir
    Path directory;

    private static Packaged start(Map<String, String> variables, String... arguments) {
        List<String> command = Stream.concat(Stream.of(Packaged.JAVA, "-jar", Packaged.JAR), Stream.of(arguments))
                .toList();
        return Packaged.command(variables, command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run -f FILE", "run -e FILE", "r -f FILE", "r -e FILE", "r --file=FILE --debug", "r"})
    void X02_run_takesItsFileInAllForms(String line) throws Exception {
        int port = FreePorts.next();
        try (var backend = EchoBackend.start("b1")) {
            Path file = Files.writeString(
                    directory.resolve("balancer.json"),
                    "[{\"address\":\"127.0.0.1:" + port + "\",\"upstreams\":[{\"Target\":\"127.0.0.1\",\"Port\":"
                            + backend.port() + "}]}]");
            boolean named = line.contains("FILE");
            Map<String, String> variables = named ? Map.of() : Map.of("PENSTOCK_CONFIG", file.toString());
            String[] arguments =
                    (line.replace("FILE", file.toString()) + " --admin 127.0.0.1:0 --drain 0s").split(" ", -1);
            try (var program = start(variables, arguments)) {
                program.port("admin http://127.0.0.1:"); // it serves
                try (var client = RawClient.connect(port)) {
                    assertThat(client.get("a.test", "/").echo().backend()).isEqualTo("b1");
                }
                program.signal("TERM");
                assertThat(program.status()).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run --nope | option: \"--nope\" (expected: one of",
                "r -e | Missing required parameter for option",
                "run -f missing.json | missing.json: unable to open file: no such file",
                "r -e missing.json --debug | missing.json: unable to open file: no such file",
                "serve | command: \"serve\" (expected: one of",
            })
    void X02_whatIsWrong_isSaid_andStatus2(String line, String message) throws Exception {
        try (var program = start(Map.of(), line.split(" ", -1))) {
            assertThat(program.status()).isEqualTo(2);
            assertThat(program.err()).contains(message).doesNotContain("\tat ");
            assertThat(program.out()).isEmpty();
        }
    }

    @Test
    void X02_debug_saysWhatTheConfigurationIsMadeOf_andWhatHappens_andNoSecret() throws Exception {
        try (var backend = EchoBackend.start("b1")) {
            String text = "listeners: [127.0.0.1:0]\nservices: {site: {endpoints: [\"" + backend.address()
                    + "\"]}}\nroutes:\n  - {service: site}\n";
            Path file = Files.writeString(directory.resolve("penstock.yaml"), text);
            Map<String, String> variables =
                    Map.of("PENSTOCK_ADMIN_TOKEN", "open-sesame-please", "PENSTOCK_DRAIN", "0s");
            try (var program = start(variables, "run", "-f", file.toString(), "--admin", "127.0.0.1:0", "--debug")) {
                program.port("admin http://127.0.0.1:");
                eventually(
                        Packaged.SOON,
                        () -> assertThat(program.err())
                                .contains("DEBUG Origins: configuration: files " + file + "; over them --admin,")
                                .contains("PENSTOCK_ADMIN_TOKEN, ", "--log-level, PENSTOCK_DRAIN; catalogs none\n")
                                .contains("DEBUG EventLog: file " + file + ": applied: added ")
                                .containsPattern("DEBUG EventLog: listener .* 127\\.0\\.0\\.1:[0-9]+ open\n"));
                Files.writeString(file, text + "  - {host: b.test, service: site}\n");
                eventually(Packaged.SOON, () -> assertThat(program.err()).contains(": applied: added route b.test"));
                assertThat(program.err()).doesNotContain("open-sesame-please");
            }
        }
    }

    @Test
    void X02_noCommand_isUsage() throws Exception {
        try (var program = start(Map.of())) {
            assertThat(program.status()).isEqualTo(2);
            assertThat(program.err()).startsWith("Usage: penstock ").contains("run, r");
        }
    }
}
