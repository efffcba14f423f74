package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateCommandTest {
    private final InProcess program = new InProcess(Map.of());

    @TempDir
    Path directory;

    private int simulate(String... more) {
        var arguments = new String[more.length + 3];
        arguments[0] = "simulate";
        arguments[1] = "--seconds";
        arguments[2] = "2";
        System.arraycopy(more, 0, arguments, 3, more.length);
        return program.run(arguments);
    }

    @Test
    void simulate_nothingChosen_comparesRulesInAllScenarios() {
        assertThat(simulate()).as(program.err()).isZero();
        assertThat(program.out())
                .contains("### even", "### slow-hosts", "### flash-crowd", "| `p2c` |", "| `least_requests` |");
        assertThat(program.err()).contains("simulated even with p2c: ");
    }

    @Test
    void simulate_json_isOneReportForEach() throws Exception {
        assertThat(simulate(
                        "--json",
                        "--scenario",
                        "even",
                        "--balancer",
                        "p2c",
                        "--balancer",
                        "maglev(bound=1.25)",
                        "--seed=7"))
                .as(program.err())
                .isZero();
        JsonNode reports = new ObjectMapper().readTree(program.out());
        assertThat(reports).hasSize(2);
        assertThat(reports.get(1).path("balancer").asText()).isEqualTo("maglev(bound=1.25)");
        assertThat(reports.get(0).path("seed").asLong()).isEqualTo(7);
        assertThat(reports.get(0).path("counts").path("succeeded").asLong()).isPositive();
        assertThat(reports.get(0).path("latencyNanos").path("p99").asLong()).isPositive();
        assertThat(reports.get(0).path("load")).hasSize(50);
    }

    @Test
    void simulate_zoneOfEachGateway_keepsRequestsThere() throws Exception {
        assertThat(simulate("--json", "--scenario", "zones", "--balancer", "zone_aware(zone={zone})/p2c"))
                .as(program.err())
                .isZero();
        JsonNode ways = new ObjectMapper().readTree(program.out()).get(0).path("ways");
        assertThat(ways.path("attempts").asLong()).isPositive();
        assertThat(ways.path("otherZone").asLong())
                .isLessThan(ways.path("attempts").asLong() / 10);
    }

    @Test
    void simulate_picture_isWritten() throws Exception {
        Path file = directory.resolve("load.svg");
        assertThat(simulate("--scenario", "fast-failing", "--balancer", "p2c", "--picture", file.toString()))
                .as(program.err())
                .isZero();
        assertThat(Files.readString(file)).startsWith("<svg ").contains("fast-failing, p2c");
    }

    @Test
    void simulate_whatMakesNoSense_isRefusedAltogether() {
        assertThat(program.run("simulate", "--seconds", "0", "--scenario", "evn", "--balancer", "p3c"))
                .isEqualTo(2);
        assertThat(program.out()).isEmpty();
        assertThat(program.err())
                .contains(
                        "--seconds: 0 (expected: 1..86400)",
                        "--scenario: \"evn\" (expected: one of ",
                        "did you mean \"even\"?",
                        "--balancer \"p3c\": balancer: \"p3c\" (expected: one of ",
                        "did you mean \"p2c\"?");
    }

    @Test
    void simulate_pictureOfMany_orInNoFolder_isRefused() {
        assertThat(simulate("--picture", "x.svg")).isEqualTo(2);
        assertThat(program.err())
                .containsPattern(
                        "--picture: \\d+ scenarios and \\d+ balancers \\(expected: one --scenario and one --balancer\\)");
        String nowhere = directory.resolve("no/such/folder.svg").toString();
        assertThat(simulate("--scenario", "even", "--balancer", "p2c", "--picture", nowhere))
                .isEqualTo(2);
        assertThat(program.err()).contains("cannot be written");
    }
}
