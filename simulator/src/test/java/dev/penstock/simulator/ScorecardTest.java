package dev.penstock.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** Rules that refine others, each where it has something to do, beside the rule that it refines. */
    private static final Map<String, List<String>> REFINING = Map.of(
            "zones",
            List.of(
                    "round_robin",
                    "p2c",
                    "zone_aware(zone={zone})/round_robin",
                    "zone_aware(zone={zone})/p2c",
                    "zone_aware(zone={zone})/least_requests"),
            "tiers",
            List.of("round_robin", "p2c", "priority/round_robin", "priority/p2c"),
            "many-gateways",
            List.of("p2c", "subset(size=20)/p2c", "subset(size=10)/p2c", "subset(size=20)/p2c_ewma"),
            "sessions",
            List.of("p2c", "sticky/p2c", "sticky/round_robin", "sticky(by=client)/p2c", "maglev(bound=1.25)"));

    private static final Set<String> WHOLE = Set.of("rolling-deploy", "slow-start");

    private static String card(Scenario scenario) {
        List<String> balancers = REFINING.getOrDefault(scenario.name(), BALANCERS);
        Duration length = Duration.ofSeconds(REFINING.containsKey(scenario.name()) ? 20 : 35);
        return Scorecard.of(WHOLE.contains(scenario.name()) ? scenario : scenario.withLength(length), balancers, SEED);
    }

    @Test
    void scorecard_isThatOfTheDocument() throws IOException {
        // Side by side: each has a clock and chance of its own.
        String card = Scenarios.all().parallelStream().map(ScorecardTest::card).collect(Collectors.joining("\n"));
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
