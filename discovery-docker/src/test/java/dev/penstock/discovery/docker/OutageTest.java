package dev.penstock.discovery.docker;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogReport;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ServiceState;
import dev.penstock.testkit.SeededRandomness;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is said, kept and tried while a daemon is away. */
class OutageTest {
    private static final String LIST = "/containers/json";

    private final FakeDocker docker = new FakeDocker();

    @AfterEach
    void close() {
        docker.close();
    }

    private static FakeContainer web(String name, int publicPort) {
        return FakeContainer.named(name).env("DOMAIN=a.test").published(publicPort, 80);
    }

    @Test
    void S09_failingDaemon_isShownWithItsLastErrorAndSinceWhen() {
        docker.start(web("one", 32_001));
        try (Watched watched = Watched.open("docker://" + docker.address() + "?poll=300ms")) {
            watched.await("a.test 127.0.0.1:32001");
            long before = Ticker.system().nanos();
            docker.fail("out of order");
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().problem()).contains("500 out of order"));
            long since = watched.catalog().report().sinceNanos();
            assertThat(since - before).isNotNegative();
            docker.fail("still out of order");
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().problem()).contains("500 still out of order"));
            assertThat(watched.catalog().report().sinceNanos()).isEqualTo(since);
            var watch = watched.watch(
                    "a.test@docker", watched.service("a.test@docker").discover().get(0));
            eventually(
                    Watched.SOON,
                    () -> assertThat(watch.current()).isInstanceOfSatisfying(ServiceState.Stale.class, stale -> {
                        assertThat(stale.problem()).contains("500 still out of order");
                        assertThat(stale.sinceNanos() - before).isNotNegative();
                        assertThat(stale.endpoints()).hasSize(1);
                    }));
            docker.fail(null);
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().problem()).isEmpty());
            eventually(Watched.SOON, () -> assertThat(watch.current()).isInstanceOf(ServiceState.Ready.class));
        }
    }

    @Test
    void S10_daemonThatAlwaysFails_isLeftInPeaceForLonger() {
        var threads = ControlThreads.create();
        var hasty = new Hasty(threads);
        var context = new DiscoveryContext(() -> 0, hasty, new SeededRandomness(1)); // waits begin when they are drawn
        docker.status(LIST, 500);
        try (threads;
                Catalog catalog = new DockerCatalogFactory(Watched.NOWHERE)
                        .open(URI.create("docker://" + docker.address() + "?poll=1h"), context)) {
            catalog.watch(state -> {});
            eventually(Watched.SOON, () -> assertThat(hasty.waits).hasSizeGreaterThan(9));
            docker.works(LIST);
            eventually(
                    Watched.SOON,
                    () -> assertThat(catalog.report())
                            .extracting(CatalogReport::problem)
                            .isEqualTo(""));
            List<Double> waits = List.copyOf(hasty.waits);
            double full = 1;
            for (int i = 0; i < 10; i++) {
                assertThat(waits.get(i)).isBetween(0.75 * full, full);
                full = Math.min(15, full * 1.5);
            }
            hasty.waits.clear();
            docker.status(LIST, 500);
            docker.event("container", "start", "ab", java.util.Map.of());
            eventually(Watched.SOON, () -> assertThat(hasty.waits).isNotEmpty());
            assertThat(hasty.waits.get(0)).isBetween(0.75, 1.0); // success has made it patient again
        }
    }

    /** Notes the waits between reads that fail, in seconds, and lets a fiftieth of them pass. */
    private record Hasty(ControlThreads threads, List<Double> waits) implements Scheduler {
        private Hasty(ControlThreads threads) {
            this(threads, new CopyOnWriteArrayList<>());
        }

        @Override
        public void execute(Runnable task) {
            threads.execute(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            double seconds = delay.toNanos() / 1e9;
            boolean retry = seconds > 0.7 && seconds <= 15; // others are milliseconds, minutes or years
            if (retry) {
                waits.add(seconds);
            }
            return threads.schedule(retry ? delay.dividedBy(50) : delay, task);
        }
    }

    @Test
    void outage_isOneWarningAndItsEndOneLine() {
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var own = (Logger) LoggerFactory.getLogger("dev.penstock");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        own.setLevel(Level.INFO);
        root.addAppender(lines);
        docker.start(web("one", 32_001));
        try (Watched watched = Watched.open("docker://" + docker.address() + "?poll=300ms")) {
            watched.await("a.test 127.0.0.1:32001");
            docker.down();
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().problem()).contains("refused"));
            var watch = watched.watch(
                    "a.test@docker", watched.service("a.test@docker").discover().get(0));
            eventually(Watched.SOON, () -> assertThat(watch.current()).isInstanceOf(ServiceState.Stale.class));
            docker.put(web("two", 32_002));
            docker.up();
            watched.await("a.test 127.0.0.1:32001, 127.0.0.1:32002");
            eventually(Watched.SOON, () -> assertThat(texts(lines)).anyMatch(line -> line.contains("works again")));
            assertThat(texts(lines).stream().filter(line -> line.contains(docker.address())))
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("WARN").contains("failed: ", "; keeping what is known"),
                            line -> assertThat(line).startsWith("INFO").endsWith("works again"));
        } finally {
            root.detachAppender(lines);
            own.setLevel(null);
        }
    }

    private static List<String> texts(ListAppender<ILoggingEvent> lines) {
        return List.copyOf(lines.list).stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }

    @Test
    void emptyGuard_holdsRoutesUntilConfirmed() {
        docker.start(web("one", 32_001));
        try (Watched watched = Watched.open("docker://" + docker.address() + "?poll=1h&emptyGuard=2s")) {
            watched.await("a.test 127.0.0.1:32001");
            docker.stop(web("one", 32_001));
            eventually(
                    Watched.SOON,
                    () -> assertThat(watched.catalog().report().problem())
                            .isEqualTo("answered with 0 definitions after 2; kept until confirmed"));
            eventually(Watched.SOON, () -> assertThat(watched.routes()).isEmpty());
            assertThat(watched.catalog().report().problem()).isEmpty();
        }
    }
}
