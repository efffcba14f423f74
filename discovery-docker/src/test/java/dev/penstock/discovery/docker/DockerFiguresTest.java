package dev.penstock.discovery.docker;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.request.PlainRequest;
import dev.penstock.service.Decision;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How soon a start and a stop of a container change decisions; writes to target/docker-figures.txt. */
@Tag("slow")
class DockerFiguresTest {
    private static final int CHANGES = 100;
    private static final int CLOSINGS = 20;
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void changes_hundredStartsAndStops_areLiveSoon() throws Exception {
        try (DockerEngine engine = DockerEngine.start(directory);
                Penstock penstock = Penstock.builder()
                        .catalog(
                                URI.create("docker://" + engine.socket() + "?ports=8080&poll=1h"), CatalogLimits.none())
                        .build()) {
            engine.web("base", "-e", "DOMAIN=a.test");
            engine.web("other", "-e", "DOMAIN=a.test");
            String base = engine.published("base");
            eventually(SOON, () -> assertThat(chosen(penstock)).hasSize(2));
            double[] stops = new double[CHANGES / 2];
            double[] starts = new double[CHANGES / 2];
            for (int i = 0; i < CHANGES / 2; i++) {
                engine.run("kill", "other");
                stops[i] = millisUntil(penstock, base, 1);
                engine.run("start", "other");
                starts[i] = millisUntil(penstock, base, 2);
            }
            String figures = line("start after docker's client returned", starts)
                    + line("kill after docker's client returned", stops);
            DockerFigures.add(figures);
        }
    }

    @Test
    void closing_leavesNoThreadAndNoConnection_soon() throws Exception {
        try (DockerEngine engine = DockerEngine.start(directory.resolve("closing"))) {
            engine.web("base", "-e", "DOMAIN=a.test");
            String base = "a.test " + engine.published("base");
            double[] millis = new double[CLOSINGS];
            for (int i = -1; i < CLOSINGS; i++) { // the first loads classes
                long before = files();
                Watched watched = Watched.open("docker://" + engine.socket() + "?ports=8080");
                watched.await(base);
                long from = Ticker.system().nanos();
                watched.close();
                if (i >= 0) {
                    eventually(SOON, () -> {
                        assertThat(Thread.getAllStackTraces().values())
                                .allMatch(frames -> Arrays.stream(frames)
                                        .noneMatch(frame -> frame.getClassName().startsWith(Events.class.getName())));
                        assertThat(files()).isLessThanOrEqualTo(before);
                    });
                    millis[i] = (Ticker.system().nanos() - from) / 1e6;
                }
            }
            DockerFigures.add(line("close until no thread and no connection is left", millis));
        }
    }

    private static long files() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static Set<String> chosen(Penstock penstock) {
        Set<String> chosen = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            Decision decision = penstock.acquire(PlainRequest.get("http://a.test/"));
            chosen.add(decision.fold(
                    lease -> {
                        String address = lease.endpoint().address();
                        lease.close();
                        return address;
                    },
                    refusal -> "none"));
        }
        return chosen;
    }

    private static double millisUntil(Penstock penstock, String base, int addresses) {
        long from = Ticker.system().nanos();
        eventually(SOON, () -> assertThat(chosen(penstock)).hasSize(addresses).contains(base));
        return (Ticker.system().nanos() - from) / 1e6;
    }

    private static String line(String what, double[] millis) {
        Arrays.sort(millis);
        return String.format(
                Locale.ROOT,
                "%s, ms, %d times: min %.0f, median %.0f, p90 %.0f, p99 %.0f, max %.0f%n",
                what,
                millis.length,
                millis[0],
                millis[millis.length / 2],
                millis[millis.length * 9 / 10],
                millis[millis.length * 99 / 100],
                millis[millis.length - 1]);
    }
}
