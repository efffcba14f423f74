package dev.penstock.discovery.docker;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.time.Ticker;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a thousand services of ten containers cost; writes to target/docker-figures.txt. */
@Tag("slow")
class ManyContainersTest {
    private static final int SERVICES = 1_000;
    private static final int PER_SECOND = 100;
    private static final int SECONDS = 20;
    private static final int REST_SECONDS = 60;
    private static final Duration SOON = Duration.ofMinutes(2);

    @Test
    void thousandServicesOfTen_areWatchedAtLittleCostAndFollowed() throws Exception {
        long heapBefore = heap();
        try (var containers = ManyContainers.start(SERVICES)) {
            long opened = Ticker.system().nanos();
            try (Penstock penstock = Penstock.builder()
                    .catalog(URI.create("docker://" + containers.address()), CatalogLimits.none())
                    .build()) {
                eventually(SOON, () -> assertThat(names(penstock)).hasSize(SERVICES * ManyContainers.PER_SERVICE));
                double firstSeconds = (Ticker.system().nanos() - opened) / 1e9;
                double restPercent = restPercent();
                double heapMegabytes = (heap() - heapBefore) / 1e6;
                double[] lags = follow(penstock, containers);
                DockerFigures.add(String.format(
                        Locale.ROOT,
                        "%d services of %d: all endpoints known after %.1f s; at rest %.2f %% of a core over %d s; "
                                + "%.0f MB of heap; %d threads%n"
                                + "%d containers replaced a second for %d s, ms from a container's start to its endpoint: "
                                + "median %.0f, p99 %.0f, max %.0f; %.1f %% of a core%n",
                        SERVICES,
                        ManyContainers.PER_SERVICE,
                        firstSeconds,
                        restPercent,
                        REST_SECONDS,
                        heapMegabytes,
                        Thread.activeCount(),
                        PER_SECOND,
                        SECONDS,
                        lags[lags.length / 2],
                        lags[lags.length * 99 / 100],
                        lags[lags.length - 1],
                        busyPercent));
            }
        }
    }

    private double busyPercent;

    /** How long each new container took to become an endpoint, seen every 20 ms. */
    private double[] follow(Penstock penstock, ManyContainers containers) throws InterruptedException {
        var expected = new AtomicReference<Set<String>>();
        long cpuBefore = cpuNanos();
        long from = Ticker.system().nanos();
        var replacing =
                new Thread(() -> expected.set(Set.of(containers.replace(PER_SECOND, SECONDS))), "orders replacements");
        replacing.start();
        Set<String> known = names(penstock);
        double[] lags = new double[PER_SECOND * SECONDS];
        int count = 0;
        var never = new CountDownLatch(1);
        long ownBefore = ownNanos();
        for (Set<String> seen = Set.of(); !seen.equals(expected.get()); ) {
            assertThat(never.await(20, TimeUnit.MILLISECONDS)).isFalse();
            long now = Ticker.system().nanos();
            assertThat(now - from).isLessThan(SOON.plusSeconds(SECONDS).toNanos());
            seen = names(penstock);
            for (String name : seen) {
                if (known.add(name)) {
                    lags[count++] = (now - Long.parseLong(name.substring(name.indexOf('-') + 1))) / 1e6;
                }
            }
        }
        long cpu = cpuNanos() - cpuBefore - (ownNanos() - ownBefore); // looking costs more than what is looked at
        busyPercent = 100.0 * cpu / (Ticker.system().nanos() - from);
        double[] seen = Arrays.copyOf(lags, count);
        Arrays.sort(seen);
        return seen;
    }

    private static Set<String> names(Penstock penstock) {
        Set<String> names = new HashSet<>();
        penstock.table()
                .services()
                .forEach(service -> service.snapshot().members().stream()
                        .map(member -> member.endpoint().metadata())
                        .forEach(metadata -> names.add(metadata.getOrDefault("docker.container", ""))));
        return names;
    }

    private static double restPercent() throws InterruptedException {
        var never = new CountDownLatch(1);
        awaitCalm(never);
        long before = cpuNanos();
        assertThat(never.await(REST_SECONDS, TimeUnit.SECONDS)).isFalse();
        return 100.0 * (cpuNanos() - before) / TimeUnit.SECONDS.toNanos(REST_SECONDS);
    }

    /** What was hot at the start is still being compiled long after, the more so on a busy machine. */
    private static void awaitCalm(CountDownLatch never) throws InterruptedException {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long before = -1_000;
        for (int i = 0; i < 24 && compiler.getTotalCompilationTime() - before > 50; i++) {
            before = compiler.getTotalCompilationTime();
            assertThat(never.await(10, TimeUnit.SECONDS)).isFalse();
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static long ownNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            ManagementFactory.getMemoryMXBean().gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
