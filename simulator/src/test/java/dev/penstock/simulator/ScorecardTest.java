package dev.penstock.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Keeps the scorecard in docs/algorithms.md true: a rule that does better or worse than written there fails. With {@code
 * -Dpenstock.scorecard=write} it is written anew, and what became worse is seen in the difference.
 */
class ScorecardTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "algorithms.md");
    private static final String BEGIN = "<!-- scorecard: written by ScorecardTest -->\n";
    private static final String END = "<!-- end of the scorecard -->\n";
    private static final long SEED = 1;
    private static final List<String> BALANCERS = List.of(
            "random",
            "round_robin",
            "p2c",
            "p2c_ewma",
            "hcl",
            "least_requests",
            "rendezvous(bound=1.25)",
            "maglev(bound=1.25)");

    @Test
    void scorecard_isThatOfTheDocument() throws IOException {
        List<Scenario> scenarios = Scenarios.all().stream()
                .map(scenario -> Set.of("rolling-deploy", "slow-start").contains(scenario.name())
                        ? scenario
                        : scenario.withLength(Duration.ofSeconds(35)))
                .toList();
        String card = Scorecard.of(scenarios, BALANCERS, SEED, report -> {});
        String document = Files.readString(DOCUMENT);
        int from = document.indexOf(BEGIN) + BEGIN.length();
        int to = document.indexOf(END);
        if ("write".equals(System.getProperty("penstock.scorecard"))) {
            Files.writeString(DOCUMENT, document.substring(0, from) + card + document.substring(to));
        } else {
            assertThat(document.substring(from, to))
                    .as("the scorecard; if the change is meant: mvn test -pl simulator -am -Dtest=ScorecardTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dpenstock.scorecard=write")
                    .isEqualTo(card);
        }
    }
}
