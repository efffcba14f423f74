package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * How soon changes are live at service ports: from the moment at which a source was told of one to that at which a client
 * that connects again and again first hears what it should. Confined to its test.
 */
final class PortChanges {
    /** Of each kind; {@code -Dpenstock.changes=N} makes more or less. */
    static final int EACH = Integer.getInteger("penstock.changes", 100);

    private static final long GOAL_MILLIS = 300;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final String source;
    private final SplittableRandom random = new SplittableRandom(1); // the seed
    private final Map<String, List<Long>> nanos = new TreeMap<>();

    PortChanges(String source) {
        this.source = source;
    }

    /**
     * Makes a change at a random moment, since else changes fall into step with the gateway.
     *
     * @param what kind of change
     * @param change returns once the source has been told
     * @param wanted what clients of the port hear then, see {@link RegistratorPorts#hear}
     */
    void measure(String what, Runnable change, int port, String wanted) throws IOException {
        Waiting.pause(Duration.ofMillis(random.nextLong(200)));
        change.run();
        long told = Ticker.system().nanos();
        while (!RegistratorPorts.hear(port).equals(wanted)) {
            assertThat(Ticker.system().nanos() - told).as(what).isLessThan(SOON.toNanos());
            Waiting.pause(Duration.ofMillis(1));
        }
        nanos.computeIfAbsent(source + " " + what, key -> new ArrayList<>())
                .add(Ticker.system().nanos() - told);
    }

    /** Writes the distributions to target/changes-SOURCE-figures.txt. */
    void write() {
        Figures figures = Figures.of("changes-" + source);
        nanos.forEach((what, values) -> figures.distribution(what, values, GOAL_MILLIS));
        assertThat(nanos.values())
                .hasSize(3)
                .allSatisfy(values -> assertThat(values).hasSize(EACH));
    }
}
