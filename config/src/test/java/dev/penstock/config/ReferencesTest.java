package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferencesTest {
    private static final Map<String, String> VARIABLES = Map.of(
            "PORT", "8081", "THREADS", "4", "ON", "true", "EMPTY", "", "OUTER", "${PORT}", "TOKEN", "s3cret of mine");

    @TempDir
    Path directory;

    private Reading read(String name, String text) throws Exception {
        Path file = Files.writeString(directory.resolve(name), text);
        return Read.reader().withVariables(VARIABLES).reading(file);
    }

    private Configuration yaml(String... lines) throws Exception {
        return read("penstock.yaml", String.join("\n", lines) + "\n").orThrow();
    }

    private List<String> faults(String... lines) throws Exception {
        return read("penstock.yaml", String.join("\n", lines) + "\n").faults().stream()
                .map(fault -> fault.toString().substring(directory.toString().length() + 1))
                .toList();
    }

    private static String listener(Configuration configuration) {
        return configuration.catalog().listeners().get(0).name();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "a-${PORT}-b, a-8081-b",
                "${PORT}${THREADS}, 80814",
                "${NOBODY:-x y}, x y",
                "${NOBODY:-}z, z",
                "a${EMPTY}b, ab",
                "${EMPTY:-full}, full",
                "$${PORT}, ${PORT}",
                "$$${PORT}, $${PORT}",
                "${OUTER}, ${PORT}",
                "$PORT {PORT} $ $$, $PORT {PORT} $ $$",
            })
    void X06_references_inAText_areWhatTheEnvironmentSays(String written, String value) throws Exception {
        assertThat(listener(yaml("listeners: [{address: 127.0.0.1:0, name: '" + written + "'}]")))
                .isEqualTo(value);
    }

    @Test
    void X06_references_areNumbersFlagsAndDurations_whereTheseAreExpected() throws Exception {
        Configuration configuration = yaml(
                "listeners:",
                "  - address: 127.0.0.1:${PORT}",
                "    reasonHeader: ${ON}",
                "threads: ${THREADS}",
                "drain: ${THREADS}s",
                "transport: ${NOBODY:-nio}");

        assertThat(listener(configuration)).isEqualTo("127.0.0.1:8081");
        assertThat(configuration.process().threads()).isEqualTo(4);
        assertThat(configuration.process().drain()).hasSeconds(4);
        assertThat(configuration.process().transport()).isEqualTo(TransportSetting.NIO);
    }

    @Test
    void X06_references_workInJson_andInTheFormOfServers() throws Exception {
        assertThat(read("a.json", "{\"listeners\": [\"127.0.0.1:0\"], \"threads\": \"${THREADS}\"}")
                        .orThrow()
                        .process()
                        .threads())
                .isEqualTo(4);
        assertThat(listener(read("b.json", "[{\"address\": \":${PORT}\"}]").orThrow()))
                .isEqualTo(":8081");
    }

    @Test
    void files_areReadFromTheDirectoryOfTheDocument_withoutTheirLastEndOfLine() throws Exception {
        Files.createDirectory(directory.resolve("secrets"));
        Path token = Files.writeString(directory.resolve("secrets/token"), "s3cret-of-mine\r\n");

        Reading reading = read("penstock.yaml", "listeners: [127.0.0.1:0]\nadmin:\n  token: ${file:secrets/token}\n");

        assertThat(reading.orThrow().admin().api().token()).isEqualTo("s3cret-of-mine");
        assertThat(reading.files().files()).contains(token);
        Files.writeString(token, "s3cret-of-yours");
        assertThat(reading.files().now()).isNotEqualTo(reading.files());
    }

    @Test
    void secretThatBeginsAsAnother_isShownInNoPart() {
        var faults = new Faults("penstock.yaml");
        faults.secret("open", "${SHORT}");
        faults.secret("open-sesame", "${LONG}");
        faults.add(Place.WHOLE, "services", "\"open-sesame\" (expected: another)");

        assertThat(faults.found()).extracting(Fault::message).containsExactly("\"${LONG}\" (expected: another)");
    }

    @Test
    void whatCannotBeResolved_isAFaultWithItsPlace_andNoSecondOne() throws Exception {
        Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff});
        Files.writeString(directory.resolve("large"), "x".repeat((64 << 10) + 1));

        assertThat(faults(
                        "listeners: [127.0.0.1:0]",
                        "threads: ${NOBODY}",
                        "drain: ${file:missing}",
                        "tls: ${",
                        "transport: ${2}",
                        "buffers: ${file:binary}",
                        "retryBodies: ${file:large}"))
                .containsExactly(
                        "penstock.yaml:2:10: threads: \"${NOBODY}\" (expected: a variable of the environment that is set)",
                        "penstock.yaml:3:8: drain: \"${file:missing}\" (expected: a file that can be read): no such file",
                        "penstock.yaml:4:6: tls: \"${\" (expected: ${NAME}, ${NAME:-otherwise} or ${file:PATH}; $${ for a"
                                + " text with ${ in it)",
                        "penstock.yaml:5:12: transport: \"${2}\" (expected: ${NAME}, ${NAME:-otherwise} or ${file:PATH};"
                                + " $${ for a text with ${ in it)",
                        "penstock.yaml:6:10: buffers: \"${file:binary}\" (expected: a file of text, UTF-8)",
                        "penstock.yaml:7:14: retryBodies: \"${file:large}\" (expected: a file of at most 64 KiB)");
    }

    @Test
    void whatTheyComeTo_isShownByNoFault() throws Exception {
        assertThat(faults(
                        "listeners: [127.0.0.1:0]",
                        "threads: ${TOKEN}",
                        "admin: {token: \"${TOKEN}\"}",
                        "routes: [{service: \"${TOKEN}\", host: \"${TOKEN}\"}]",
                        "services: {a: {discover: \"consul://${TOKEN}@x/\"}}"))
                .hasSizeGreaterThan(3)
                .allMatch(fault -> !fault.contains("s3cret"))
                .contains("penstock.yaml:2:1: threads: \"${TOKEN}\" (expected: a whole number in 1..1024)");
    }

    @Test
    void whatTheyComeTo_isShownByNoCheckOfTheWhole() throws Exception {
        Path file = Files.writeString(
                directory.resolve("penstock.yaml"), "listeners: [{address: 127.0.0.1:0, name: \"${TOKEN}\"}]\n");
        var reader = new ConfigurationReader(configuration -> List.of(new Problem(
                        "listeners[0].name",
                        "\"" + configuration.catalog().listeners().get(0).name() + "\" (expected: another)")))
                .withVariables(VARIABLES);

        assertThat(reader.reading(file).faults())
                .singleElement()
                .asString()
                .endsWith("listeners[0].name: \"${TOKEN}\" (expected: another)");
    }

    @Test
    void textFromElsewhere_hasNoReferences() {
        Configuration configuration = Read.reader()
                .withVariables(VARIABLES)
                .read("key", "listeners: [{address: 127.0.0.1:0, name: '${PORT}'}]");

        assertThat(listener(configuration)).isEqualTo("${PORT}");
    }
}
