package dev.penstock.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.catalog.CatalogState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts from elsewhere are bounded, and say nothing but what stands in them. */
class RemoteTest {
    private static final ConfigurationReader READER = Read.reader().withVariables(Map.of("SECRET", "opensesame"));

    private static CatalogState read(String text) {
        return READER.remote("config+test://store", "key", text).state();
    }

    private static List<String> faults(String text) {
        var exception = catchThrowableOfType(ConfigurationException.class, () -> read(text));
        return exception == null
                ? List.of()
                : exception.faults().stream().map(Fault::toString).toList();
    }

    @Test
    void references_areTakenLiterally_orRefused_andNeverExpanded() {
        CatalogState state = read("services: {a: {endpoints: [{address: \"h:1\", metadata: {x: \"${SECRET}\", y:"
                + " \"${file:/etc/hostname}\", z: \"$${SECRET}\"}}]}}");

        assertThat(state.services().get(0).endpoints().get(0).metadata())
                .containsEntry("x", "${SECRET}")
                .containsEntry("y", "${file:/etc/hostname}")
                .containsEntry("z", "$${SECRET}");
        assertThat(faults("listeners: [\"${SECRET}:80\"]\nservices: {a: {endpoints: [], attempts: \"${SECRET}\"}}"))
                .isNotEmpty()
                .noneMatch(fault -> fault.contains("opensesame"));
    }

    @Test
    void text_upToTheBound_isTaken_andOneThatIsLongerRefused() {
        String text = "services: {a: {endpoints: []}}\n";
        String filled = text + "#".repeat(ConfigurationReader.MAX_REMOTE_CHARACTERS - text.length());

        assertThat(read(filled).services()).hasSize(1);
        assertThat(faults(filled + "#")).containsExactly("key: 1048577 characters (expected: 1048576 at most)");
    }

    @ParameterizedTest
    @CsvSource({"{, }", "[, ]"})
    void depth_isBounded_inYamlAndJson(String open, String close) {
        String nested = (open.equals("{") ? "{\"a\":" : open).repeat(100_000) + "1" + close.repeat(100_000);
        String block = "- ".repeat(100_000) + "1";
        String yaml = "services: " + nested;

        for (String text : List.of(nested, yaml, block)) {
            assertThat(faults(text)).hasSize(1).allMatch(fault -> fault.length() < 300);
        }
    }

    @Test
    void anchorsAndAliases_areRefused_andExpandToNothing() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            bomb.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(9) + "*a" + (i - 1) + "]\n");
        }

        assertThat(faults(bomb.toString()))
                .anyMatch(fault -> fault.contains("an anchor (expected: no anchors)"))
                .anyMatch(fault -> fault.contains("an alias (expected: the value itself)"))
                .hasSizeLessThanOrEqualTo(100);
        assertThat(faults("services: {a: &x {endpoints: []}, b: {<<: *x}}")).anyMatch(fault -> fault.contains("alias"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "services: {a: {endpoints: [], balancer: !!javax.script.ScriptEngineManager x}}",
                "services: {a: {endpoints: [], balancer: !local x}}",
                "services: {a: {endpoints: [], attempts: !!int \"2\"}}",
                "services: {a: {endpoints: [], balancer: !!binary aGk=}}",
                "services: !!map {a: {endpoints: []}}",
                "services: {a: {endpoints: !!seq []}}"
            })
    void tags_areRefused(String text) {
        assertThat(faults(text)).anyMatch(fault -> fault.contains("a tag (expected: no tags)"));
    }

    @Test
    void severalDocuments_areRefused() {
        assertThat(faults("services: {}\n---\nservices: {}")).anyMatch(fault -> fault.contains("a second document"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"admin: off", "catalogs: [\"docker://\"]", "log: {level: debug}", "threads: 1", "drain: 0s"})
    void whatIsOfTheProgram_isRefused(String text) {
        assertThat(faults(text)).anyMatch(fault -> fault.contains("unknown key"));
    }

    @Test
    void keysThatAreLong_orHoldEndsOfLines_makeNoLongFault_andNoSecondLine() {
        String name = "x".repeat(40_000);

        assertThat(faults(name + ": 1")).hasSize(1).allMatch(fault -> fault.length() < 500);
        assertThat(faults("{\"a\\nERROR all is well\": 1}")).hasSize(1).allMatch(fault -> fault.indexOf('\n') < 0);
        assertThat(faults("services: {a: {endpoints: [], " + name + ": 1}}"))
                .hasSize(1)
                .allMatch(fault -> fault.length() < 500);
    }

    @Test
    void numberOfManyDigits_isRefused() {
        assertThat(faults("{\"services\": {\"a\": {\"endpoints\": [], \"attempts\": " + "9".repeat(500_000) + "}}}"))
                .hasSize(1)
                .allMatch(fault -> fault.length() < 500);
    }

    @Test
    void manyFaults_areToldToABound() {
        assertThat(faults("nope: 1\n" + manyKeys())).hasSize(100);
    }

    private static String manyKeys() {
        var text = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            text.append("k").append(i).append(": 1\n");
        }
        return text.toString();
    }
}
