package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How soon a change of a real server is live in HTTP traffic; writes to target/changes-SOURCE-figures.txt. From the moment
 * at which the source shows the change to that at which an endpoint that came gave its first answer, or at which the last request was sent
 * that one that went has answered. {@code -Dpenstock.changes=N} makes more or less than 100 of each kind.
 */
@Tag("slow")
@Timeout(1_800)
class ChangeFiguresTest {
    private static final int CHANGES = Integer.getInteger("penstock.changes", 100);
    private static final int REQUESTS_PER_SECOND = 200; // of each lane
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofMillis(300);
    private static final int QUIET_ANSWERS = 20;

    private final Map<String, Queue<Long>> nanos = new ConcurrentSkipListMap<>();
    private final Map<String, Long> goals = new TreeMap<>();
    private final Answers answers = new Answers();
    private LiveSource source;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "CONSUL", "DNS"})
    void changes_areLiveInTraffic(LiveSources kind) throws Exception {
        int lanes = kind.lanes();
        Figures figures = Figures.of("changes-" + kind.name().toLowerCase(Locale.ROOT));
        ExecutorService threads = Executors.newFixedThreadPool(lanes);
        try (LiveSource started = kind.start(directory)) {
            source = started;
            IntStream.range(0, lanes).forEach(lane -> source.put(lane, 0));
            try (GatewayProcess gateway = GatewayProcess.start(directory, lanes, source)) {
                IntStream.range(0, lanes)
                        .forEach(lane -> gateway.awaitAnswers(source.host(lane), Set.of(source.answer(0))));
                List<String> hosts =
                        IntStream.range(0, lanes).mapToObj(source::host).toList();
                try (var load = Load.start(gateway.port(), hosts, lanes * REQUESTS_PER_SECOND, answers)) {
                    List<Callable<Void>> series = new ArrayList<>();
                    for (int lane = 0; lane < lanes; lane++) {
                        int own = lane;
                        series.add(() -> change(own, (CHANGES + lanes - 1) / lanes));
                    }
                    for (Future<Void> ended : threads.invokeAll(series)) {
                        ended.get();
                    }
                }
            }
        } finally {
            threads.shutdownNow();
        }
        nanos.forEach((what, values) -> figures.distribution(what, values, goals.get(what)));
        figures.write(
                "%s: %d requests answered, slowest %d ms; failed: %s",
                source.name(), answers.answered(), answers.slowestMillis(), answers.failures());
        assertThat(nanos).isNotEmpty();
    }

    private Void change(int lane, int times) {
        var random = new SplittableRandom(lane);
        List<LiveSource.Change> cycle = source.cycle(lane);
        for (int i = 0; i < times; i++) {
            for (LiveSource.Change change : cycle) {
                // Else changes fall into step with the gateway, which has just seen the one before.
                Waiting.pause(Duration.ofNanos(random.nextLong(source.spacing().toNanos())));
                measure(lane, change);
            }
        }
        return null;
    }

    private void measure(int lane, LiveSource.Change change) {
        long begin = Ticker.system().nanos();
        LiveSource.Shown shown = change.action().run();
        Answers.Tally tally = answers.tally(source.host(lane), shown.answer());
        long live = change.appears() ? firstSince(tally, begin) : lastSince(lane, tally);
        synchronized (goals) {
            goals.put(change.kind(), change.goal().toMillis());
        }
        nanos.computeIfAbsent(change.kind(), key -> new ConcurrentLinkedQueue<>())
                .add(Math.max(0, live - shown.nanos()));
    }

    private static long firstSince(Answers.Tally tally, long begin) {
        eventually(SOON, () -> assertThat(tally.firstSince(begin)).isPresent());
        return tally.firstSince(begin).getAsLong();
    }

    /** The last answer, after which others are given for a while and none by this one. */
    private long lastSince(int lane, Answers.Tally gone) {
        Answers.Tally base = answers.tally(source.host(lane), source.answer(0));
        eventually(SOON, () -> {
            long last = gone.last();
            assertThat(Ticker.system().nanos() - last).isGreaterThan(QUIET.toNanos());
            assertThat(base.countSince(last)).isGreaterThan(QUIET_ANSWERS);
        });
        return gone.last();
    }
}
