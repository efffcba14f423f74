package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writes figures to target/consul-figures.txt, taken against the real agent; asserts only that nothing is lost. */
@Tag("slow")
@Timeout(900)
class ConsulFiguresTest {
    private static final Path FIGURES = Path.of("target", "consul-figures.txt");
    private static final int CHANGES = 100;

    @TempDir
    Path folder;

    @Test
    void K02_changes_distributionOfTheDelay() {
        try (var consul = ConsulServer.start(folder);
                var opened = Opened.of("consul://" + consul.address() + "/orders")) {
            consul.register("orders", "a", "127.0.0.1", 8001);
            opened.awaitReady("127.0.0.1:8001");
            long[] registered = new long[CHANGES];
            long[] failed = new long[CHANGES];
            long[] deregistered = new long[CHANGES];
            for (int i = 0; i < CHANGES; i++) {
                String id = "b" + i;
                int port = 9_000 + i;
                registered[i] = delay(opened, 2, () -> consul.register("orders", id, "127.0.0.1", port));
                failed[i] = delay(opened, 1, () -> consul.fail(id));
                consul.pass(id);
                awaitCount(opened, 2);
                deregistered[i] = delay(opened, 1, () -> consul.deregister(id));
            }
            print("registration", registered);
            print("failing check", failed);
            print("deregistration", deregistered);
        }
    }

    /** From the moment at which the agent has taken the change to that at which a watch has told it; in nanoseconds. */
    private static long delay(Opened opened, int count, Runnable change) {
        change.run();
        long start = Ticker.system().nanos();
        awaitCount(opened, count);
        return Ticker.system().nanos() - start;
    }

    private static void awaitCount(Opened opened, int count) {
        eventually(Opened.LIMIT, () -> assertThat(opened.endpoints()).hasSize(count));
    }

    private static void print(String what, long[] nanos) {
        Arrays.sort(nanos);
        write(
                "%s: %d changes, ms: p50 %d, p90 %d, p99 %d, max %d",
                what,
                nanos.length,
                nanos[nanos.length / 2] / 1_000_000,
                nanos[nanos.length * 9 / 10] / 1_000_000,
                nanos[nanos.length * 99 / 100] / 1_000_000,
                nanos[nanos.length - 1] / 1_000_000);
    }

    @Test
    void K02_thousandServices_costInSteadyStateAndUnderChange() throws Exception {
        int services = 1_000;
        try (var consul = ConsulServer.start(folder);
                var threads = ControlThreads.create()) {
            for (int i = 0; i < services * 10; i++) {
                consul.register("s" + i / 10, "i" + i, "127.0.0.1", 10_000 + i);
            }
            var factory = new ConsulFactory(Map.of());
            URI uri = URI.create("consul://" + consul.address());
            long before = usedHeap();
            var told = new AtomicLong();
            try (var discovery = factory.open(
                    factory.shared(uri), new DiscoveryContext(Ticker.system(), threads, Randomness.system()))) {
                long start = Ticker.system().nanos();
                List<Watch> watches = new ArrayList<>();
                for (int i = 0; i < services; i++) {
                    watches.add(
                            discovery.watch(factory.query(ServiceName.of("s" + i), uri), s -> told.incrementAndGet()));
                }
                eventually(
                        Duration.ofMinutes(3),
                        () -> assertThat(watches)
                                .allSatisfy(watch ->
                                        assertThat(watch.current().endpoints()).hasSize(10)));
                write("1,000 services known after %d ms", (Ticker.system().nanos() - start) / 1_000_000);
                pause(Duration.ofSeconds(15));
                write("heap %d MiB, connections %d", (usedHeap() - before) >> 20, connections(consul));
                write("steady: %.2f %% of a core", cpu(Duration.ofSeconds(60)));
                change(consul, watches, services);
            }
        }
    }

    /** A hundred changes a second for ten seconds; then the last ones must be known. */
    private static void change(ConsulServer consul, List<Watch> watches, int services) {
        long cpu = processCpu();
        long start = Ticker.system().nanos();
        for (int i = 0; i < 1_000; i++) {
            consul.fail("i" + (i * 7 % services) * 10);
            long ahead = start + i * 10_000_000L - Ticker.system().nanos();
            if (ahead > 0) {
                pause(Duration.ofNanos(ahead));
            }
        }
        long ended = Ticker.system().nanos();
        eventually(
                Opened.LIMIT,
                () -> assertThat(watches)
                        .allSatisfy(
                                watch -> assertThat(watch.current().endpoints()).hasSize(9)));
        long known = Ticker.system().nanos();
        write(
                "1,000 changes in %d ms; all known %d ms after the last; %d %% of a core",
                (ended - start) / 1_000_000, (known - ended) / 1_000_000, 100 * (processCpu() - cpu) / (known - start));
    }

    private static void write(String form, Object... values) {
        try {
            Files.writeString(
                    FIGURES,
                    String.format(Locale.ROOT, form, values) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long connections(ConsulServer consul) throws IOException {
        return ManyServicesTest.connections(consul.port());
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static double cpu(Duration time) {
        long cpu = processCpu();
        long start = Ticker.system().nanos();
        pause(time);
        return Math.round(10_000.0 * (processCpu() - cpu) / (Ticker.system().nanos() - start)) / 100.0;
    }

    private static long processCpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void pause(Duration time) {
        try {
            assertThat(new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS))
                    .isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
