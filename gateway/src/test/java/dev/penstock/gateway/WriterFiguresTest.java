package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.time.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fifty clients of the API of servers at once, beside traffic to a listener of the file; writes to
 * target/writers-figures.txt. {@code -Dpenstock.writers.seconds=N} makes it shorter than 60 s.
 */
@Tag("slow")
@Timeout(1_800)
class WriterFiguresTest {
    private static final int SECONDS = Integer.getInteger("penstock.writers.seconds", 60);
    private static final int WRITERS = 50;
    private static final int SERVERS = 8;
    private static final int REQUESTS_PER_SECOND = 200;
    private static final int CLIENTS = 16;

    @TempDir
    Path directory;

    @Test
    void A17_fiftyWriters_endInOneState_andFailNoRequest() throws Exception {
        Figures figures = Figures.of("writers");
        var answers = new Answers();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try (var backends = LoopbackBackends.atPorts(2);
                var one = EchoBackend.start("one");
                var other = EchoBackend.start("other");
                var gateway = GatewayProcess.start(
                        directory,
                        String.format(Locale.ROOT, """
                                listeners: [{address: "127.0.0.1:0", name: web}]
                                admin: 127.0.0.1:0
                                routes: [{listeners: [web], service: site}]
                                services: {site: {endpoints: ["127.0.0.1:%d", "127.0.0.1:%d"]}}
                                """, backends.port(0), backends.port(1)),
                        backends.ports())) {
            var writers = new ServerWriters("http://127.0.0.1:" + gateway.admin(), SERVERS, one, other);
            try (var load = Load.start(gateway.port(), List.of("site.test"), REQUESTS_PER_SECOND, CLIENTS, answers)) {
                long end = Ticker.system().nanos() + Duration.ofSeconds(SECONDS).toNanos();
                List<Callable<Void>> tasks = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    var random = new SplittableRandom(i);
                    tasks.add(() -> {
                        while (Ticker.system().nanos() < end) {
                            writers.call(random);
                        }
                        return null;
                    });
                }
                for (Future<Void> ended : threads.invokeAll(tasks)) {
                    ended.get();
                }
            }
            writers.assertConsistent();
            figures.write(
                    "%d writers for %d s, answers of the API by status: %s", WRITERS, SECONDS, writers.statuses());
            figures.write(
                    "requests meanwhile: %d answered, slowest %d ms, failed: %s",
                    answers.answered(), answers.slowestMillis(), answers.failures());
            assertThat(answers.failures()).as(gateway.log()).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }
}
