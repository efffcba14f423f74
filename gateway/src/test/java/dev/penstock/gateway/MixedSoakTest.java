package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One gateway that follows all sources, whose endpoints come and go at random; writes to target/soak-figures.txt. Their
 * backends never end, so no request may fail. {@code -Dpenstock.soak.seconds=N} makes it shorter than 300 s.
 */
@Tag("slow")
@Timeout(1_800)
class MixedSoakTest {
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("penstock.soak.seconds", 300));
    private static final int SAMPLES = 10;
    private static final int REQUESTS_PER_SECOND = 300;
    private static final int BACKENDS = 4;
    private static final int LONGEST_PAUSE_MILLIS = 1_000;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final Answers answers = new Answers();
    private final AtomicLong changes = new AtomicLong();

    @TempDir
    Path directory;

    @Test
    void changesOfAllSources_failNoRequestAndLeaveNothing() throws Exception {
        Figures figures = Figures.of("soak");
        ExecutorService threads = Executors.newCachedThreadPool();
        try (LiveSource docker = LiveSources.DOCKER.start(made("docker"));
                LiveSource consul = LiveSources.CONSUL.start(made("consul"));
                LiveSource dns = LiveSources.DNS.start(made("dns"))) {
            List<LiveSource> sources = List.of(docker, consul, dns);
            sources.forEach(source -> source.put(0, 0));
            List<String> hosts = sources.stream().map(source -> source.host(0)).toList();
            try (GatewayProcess gateway = GatewayProcess.start(directory, 1, docker, consul, dns)) {
                sources.forEach(source -> gateway.awaitAnswers(source.host(0), Set.of(source.answer(0))));
                try (var load = Load.start(gateway.port(), hosts, REQUESTS_PER_SECOND, answers)) {
                    long end = Ticker.system().nanos() + TIME.toNanos();
                    List<Callable<Void>> churn = new ArrayList<>();
                    sources.forEach(source -> churn.add(() -> churn(source, end)));
                    churn.add(() -> sample(gateway, figures, end));
                    for (Future<Void> ended : threads.invokeAll(churn)) {
                        ended.get();
                    }
                }
                assertThat(answers.failures()).as(gateway.log()).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Path made(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    private Void churn(LiveSource source, long end) {
        var random = new SplittableRandom(source.name().hashCode());
        Set<Integer> there = new TreeSet<>(Set.of(0));
        while (end - Ticker.system().nanos() > 0) {
            int backend = 1 + random.nextInt(BACKENDS - 1); // the first one stays
            if (there.remove(backend)) {
                source.take(0, backend);
            } else {
                there.add(backend);
                source.put(0, backend);
            }
            changes.incrementAndGet();
            Waiting.pause(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)));
        }
        Set<String> expected = there.stream().map(source::answer).collect(Collectors.toSet());
        long ended = Ticker.system().nanos();
        eventually(SOON, () -> {
            long from = Ticker.system().nanos() - QUIET.toNanos();
            assertThat(from).isGreaterThan(ended);
            assertThat(answers.since(source.host(0), from)).isEqualTo(expected);
        });
        return null;
    }

    private Void sample(GatewayProcess gateway, Figures figures, long end) {
        List<Vitals> vitals = new ArrayList<>();
        List<Long> heaps = new ArrayList<>();
        for (int i = 1; i <= SAMPLES; i++) {
            long due = end - TIME.dividedBy(SAMPLES).multipliedBy(SAMPLES - i).toNanos();
            Waiting.pause(Duration.ofNanos(Math.max(0, due - Ticker.system().nanos())));
            vitals.add(gateway.vitals());
            heaps.add(gateway.heapKib());
            figures.write(
                    "soak, %d s: %d changes, %d answers, slowest %d ms, failed: %s; heap %d KiB, %s",
                    TIME.toSeconds() * i / SAMPLES,
                    changes.get(),
                    answers.answered(),
                    answers.slowestMillis(),
                    answers.failures(),
                    heaps.get(i - 1),
                    vitals.get(i - 1));
        }
        eventually(SOON, () -> gateway.vitals().assertNotAbove(vitals.get(1)));
        assertThat(heaps.get(SAMPLES - 1)).as("%s", heaps).isLessThan(heaps.get(1) * 5 / 4);
        return null;
    }
}
