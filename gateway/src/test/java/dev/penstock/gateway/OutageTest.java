package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Traffic while the server that tells the endpoints is away, and after it is back. The long form writes to
 * target/outage-SOURCE-figures.txt; {@code -Dpenstock.outage.seconds=N} makes its outages shorter than 60 s,
 * {@code -Dpenstock.outage.rounds=N} their number other than 5.
 */
@Timeout(1_800)
class OutageTest {
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("penstock.outage.seconds", 60));
    private static final int ROUNDS = Integer.getInteger("penstock.outage.rounds", 5);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final int QUIET_ANSWERS = 10;

    private final Answers answers = new Answers();

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void outage_isNotSeenInTraffic_andWhatItHidIsLiveAfterwards(LiveSources kind) {
        withTraffic(kind, 100, (source, gateway) -> {
            round(source, gateway, Set.of(0, 1), Set.of(0, 2), () -> {
                long answered = answers.answered();
                eventually(SOON, () -> assertThat(gateway.complains()).isTrue());
                eventually(SOON, () -> assertThat(answers.answered()).isGreaterThan(answered + 100));
            });
        });
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    void fiveOutages_ofAMinute_under500RequestsPerSecond(LiveSources kind) {
        Figures figures = Figures.of("outage-" + kind.name().toLowerCase(Locale.ROOT));
        withTraffic(kind, 500, (source, gateway) -> {
            List<Vitals> vitals = new ArrayList<>();
            Set<Integer> now = Set.of(0, 1);
            for (int i = 0; i < ROUNDS; i++) {
                Set<Integer> wanted = i % 2 == 0 ? Set.of(0, 2) : Set.of(0, 1);
                long live = round(source, gateway, now, wanted, () -> Waiting.pause(AWAY.dividedBy(2)));
                now = wanted;
                vitals.add(gateway.vitals());
                figures.write(
                        "%s away for %d s: changes live %d ms after its return; %s; %d answers, slowest %d ms; failed: %s",
                        kind.name().toLowerCase(Locale.ROOT),
                        AWAY.toSeconds(),
                        live / 1_000_000,
                        vitals.get(i),
                        answers.answered(),
                        answers.slowestMillis(),
                        answers.failures());
            }
            eventually(
                    SOON,
                    () -> assertThat(gateway.vitals())
                            .as("%s", vitals)
                            .satisfies(last -> last.assertNotAbove(vitals.get(0))));
        });
    }

    private void withTraffic(LiveSources kind, int perSecond, Part part) {
        try (LiveSource source = kind.start(directory)) {
            source.put(0, 0);
            source.put(0, 1);
            try (GatewayProcess gateway = GatewayProcess.start(directory, 1, source)) {
                gateway.awaitAnswers(source.host(0), Set.of(source.answer(0), source.answer(1)));
                try (var load = Load.start(gateway.port(), List.of(source.host(0)), perSecond, answers)) {
                    part.run(source, gateway);
                }
                assertThat(answers.failures()).as(gateway.log()).isEmpty();
            }
        }
    }

    /** One outage; gives the nanoseconds from the server's return until all changes were live. */
    private long round(
            LiveSource source, GatewayProcess gateway, Set<Integer> now, Set<Integer> wanted, Runnable away) {
        source.down();
        away.run();
        Set<Integer> changed = source.changeWhileAway(0, now, wanted);
        away.run();
        assertThat(answers.failures()).as(gateway.log()).isEmpty();
        source.up();
        long back = Ticker.system().nanos();
        awaitOnly(source, back, changed);
        long live = liveSince(source, back, now, changed);
        wanted.stream().filter(backend -> !changed.contains(backend)).forEach(backend -> source.put(0, backend));
        awaitOnly(source, back, wanted);
        return live;
    }

    /** Waits until for a while exactly these backends have answered. */
    private void awaitOnly(LiveSource source, long back, Set<Integer> backends) {
        Set<String> expected = backends.stream().map(source::answer).collect(Collectors.toSet());
        eventually(SOON, () -> {
            long from = Ticker.system().nanos() - QUIET.toNanos();
            assertThat(from).isGreaterThan(back);
            assertThat(answers.since(source.host(0), from)).isEqualTo(expected);
            assertThat(answers.tally(source.host(0), source.answer(0)).countSince(from))
                    .isGreaterThan(QUIET_ANSWERS);
        });
    }

    private long liveSince(LiveSource source, long back, Set<Integer> before, Set<Integer> after) {
        long live = back;
        for (int backend = 0; backend < 3; backend++) {
            Answers.Tally tally = answers.tally(source.host(0), source.answer(backend));
            if (before.contains(backend) && !after.contains(backend)) {
                live = Math.max(live, tally.last());
            } else if (after.contains(backend) && !before.contains(backend)) {
                live = Math.max(live, tally.firstSince(back).orElse(back));
            }
        }
        return live - back;
    }

    /** What happens under traffic. */
    private interface Part {
        void run(LiveSource source, GatewayProcess gateway);
    }
}
