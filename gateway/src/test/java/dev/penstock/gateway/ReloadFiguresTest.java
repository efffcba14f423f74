package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.time.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file that is read again ten times a second under load, for a while each time with other endpoints of one service, then of
 * all; writes to
 * target/reload-figures.txt. {@code -Dpenstock.reload.seconds=N} makes it shorter than 60 s, which it also runs without.
 */
@Tag("slow")
@Timeout(1_800)
class ReloadFiguresTest {
    private static final int SECONDS = Integer.getInteger("penstock.reload.seconds", 60);
    private static final int REQUESTS_PER_SECOND = 300;
    private static final int CLIENTS = 16;
    private static final int SERVICES = 100;
    private static final Duration BETWEEN = Duration.ofMillis(100);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final double GOAL = 1.5;

    private final LoopbackBackends backends = LoopbackBackends.atPorts(4);

    @TempDir
    Path directory;

    /** What the file says at a time: with each one service has other endpoints than before, or all of them have. */
    private String configuration(int number, boolean all) {
        String services = IntStream.range(0, SERVICES)
                .mapToObj(i -> service(i, all ? number : (number + SERVICES - i) / SERVICES))
                .collect(Collectors.joining());
        String routes = IntStream.range(0, SERVICES)
                .mapToObj(i -> String.format(Locale.ROOT, "  - {host: s%d.test, service: s%d}%n", i, i))
                .collect(Collectors.joining());
        return "listeners: [{address: 127.0.0.1:0, name: web}]\nadmin: 127.0.0.1:0\nroutes:\n" + routes + "services:\n"
                + services;
    }

    private String service(int i, int version) {
        return String.format(
                Locale.ROOT,
                "  s%d: {endpoints: [\"127.0.0.1:%d\", \"127.0.0.1:%d\"]}%n",
                i,
                backends.port(version % 2),
                backends.port(2 + (version + i) % 2));
    }

    @Test
    void reloadsUnderLoad_failNoRequest_andLeaveNothing() throws Exception {
        Figures figures = Figures.of("reload");
        List<String> hosts =
                IntStream.range(0, 20).mapToObj(i -> "s" + i + ".test").toList();
        var answers = new Answers();
        try (backends;
                var gateway = GatewayProcess.start(directory, configuration(0, true), backends.ports())) {
            long quiet;
            long one;
            long all;
            long end;
            int reloads;
            Vitals before;
            long heapBefore;
            try (var load = Load.start(gateway.port(), hosts, REQUESTS_PER_SECOND, CLIENTS, answers)) {
                warmUp(gateway);
                before = gateway.vitals();
                heapBefore = gateway.heapKib();
                quiet = Ticker.system().nanos();
                Waiting.pause(Duration.ofSeconds(SECONDS));
                one = Ticker.system().nanos();
                reloads = reload(gateway, false);
                all = Ticker.system().nanos();
                reloads += reload(gateway, true);
                end = Ticker.system().nanos();
            }
            double without = answers.p99Millis(quiet, one);
            figures.write(
                    "%d reloads of %d services in %d s, %d answers, failed: %s",
                    reloads, SERVICES, 2 * SECONDS, answers.answered(), answers.failures());
            figures.write("p99 without reloads %.1f ms", without);
            double ofOne = answers.p99Millis(one, all);
            figures.write(
                    "p99 while each changes one service %.1f ms: %.2f times  goal %.1f", ofOne, ofOne / without, GOAL);
            double ofAll = answers.p99Millis(all, end);
            figures.write(
                    "p99 while each changes all services, so that all connections are new %.1f ms: %.2f times",
                    ofAll, ofAll / without);
            int told = reloads;
            eventually(SOON, () -> gateway.vitals().assertNotAbove(before));
            long heapAfter = gateway.heapKib();
            figures.write(
                    "before: heap %d KiB, %s; after: heap %d KiB, %s", heapBefore, before, heapAfter, gateway.vitals());
            assertThat(answers.failures()).as(gateway.log()).isEmpty();
            assertThat(applied(gateway)).as("of %d", told).isGreaterThan(SECONDS);
            assertThat(heapAfter).isLessThan(heapBefore * 5 / 4);
        }
    }

    /** Has the file say something else each time; returns how often. */
    private int reload(GatewayProcess gateway, boolean all) throws Exception {
        long begin = Ticker.system().nanos();
        long end = begin + Duration.ofSeconds(SECONDS).toNanos();
        int reloads = 0;
        for (long now = begin; now < end; now = Ticker.system().nanos()) {
            gateway.reload(configuration(++reloads, all));
            long due = begin + reloads * BETWEEN.toNanos();
            Waiting.pause(Duration.ofNanos(Math.max(0, due - Ticker.system().nanos())));
        }
        return reloads;
    }

    /** Until the reading of files has found its speed, and the history of changes is full. */
    private void warmUp(GatewayProcess gateway) throws Exception {
        for (int i = 0; i < 50; i++) {
            gateway.reload(configuration(i, true));
            Waiting.pause(BETWEEN);
        }
    }

    /** How many readings made a difference; signals that come while one waits are one. */
    private static long applied(GatewayProcess gateway) {
        return gateway.log()
                .lines()
                .filter(line -> line.contains("in effect: changed"))
                .count();
    }
}
