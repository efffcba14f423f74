package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.OpenedSource;
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
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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
    private static final int SERVICES = 1_000;
    private static final int INSTANCES = 10;

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
    private static long delay(OpenedSource opened, int count, Runnable change) {
        pause(Duration.ofMillis(150)); // past the least time between two reads, as single changes are
        change.run();
        long start = Ticker.system().nanos();
        awaitCount(opened, count);
        return Ticker.system().nanos() - start;
    }

    private static void awaitCount(OpenedSource opened, int count) {
        eventually(OpenedSource.LIMIT, () -> assertThat(opened.endpoints()).hasSize(count));
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
    void K02_thousandServices_costInSteadyStateUnderChangeAndAtTheEnd() throws Exception {
        try (var consul = ConsulServer.start(folder);
                var threads = ControlThreads.create()) {
            registerAll(consul);
            var factory = new ConsulFactory(Map.of());
            URI uri = URI.create("consul://" + consul.address());
            long before = usedHeap();
            long own = connections(consul);
            Set<Thread> clients = clientThreads();
            long start = Ticker.system().nanos();
            var discovery = factory.open(
                    factory.shared(uri), new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
            try {
                List<Watch> watches = new ArrayList<>();
                for (int i = 0; i < SERVICES; i++) {
                    watches.add(discovery.watch(factory.query(ServiceName.of("s" + i), uri), state -> {}));
                }
                awaitEach(watches, INSTANCES);
                write("1,000 services of 10 known after %d ms", millisSince(start));
                pause(Duration.ofSeconds(15)); // threads that the start took end
                write(
                        "heap %d MiB, connections %d, threads %d (of the control path %d)",
                        (usedHeap() - before) >> 20,
                        connections(consul) - own,
                        Thread.activeCount(),
                        threads.threads());
                steady();
                for (int i = 0; i < 3; i++) {
                    change(consul, watches, "critical", INSTANCES - 1);
                    change(consul, watches, "passing", INSTANCES);
                }
            } finally {
                start = Ticker.system().nanos();
                discovery.close();
                eventually(
                        OpenedSource.LIMIT,
                        () -> assertThat(connections(consul)).isLessThanOrEqualTo(own));
                write("closed; no connection is left after %d ms", millisSince(start));
                eventually(OpenedSource.LIMIT, () -> assertThat(clientThreads()).isSubsetOf(clients));
                write("no thread of it is left after %d ms", millisSince(start));
            }
        }
    }

    private static Set<Thread> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith("SelectorManager")) // workers may be of this test
                .collect(Collectors.toSet());
    }

    /** Instances on a node that no agent looks after, sixty-four of an API call. */
    private static void registerAll(ConsulServer consul) {
        List<String> steps = new ArrayList<>();
        steps.add("{\"Node\":{\"Verb\":\"set\",\"Node\":{\"Node\":\"far\",\"Address\":\"127.0.0.1\"}}}");
        for (int i = 0; i < SERVICES * INSTANCES; i++) {
            steps.add(String.format(
                    Locale.ROOT,
                    "{\"Service\":{\"Verb\":\"set\",\"Node\":\"far\",\"Service\":{\"ID\":\"i%d\",\"Service\":\"s%d\","
                            + "\"Address\":\"10.%d.%d.%d\",\"Port\":8080}}}",
                    i,
                    i / INSTANCES,
                    i >> 16,
                    (i >> 8) & 255,
                    i & 255));
            steps.add(check(i, "passing"));
        }
        for (int i = 0; i < steps.size(); i += 64) {
            consul.put("/v1/txn", "[" + String.join(",", steps.subList(i, Math.min(i + 64, steps.size()))) + "]");
        }
    }

    private static String check(int instance, String status) {
        return String.format(
                Locale.ROOT,
                "{\"Check\":{\"Verb\":\"set\",\"Check\":{\"Node\":\"far\",\"CheckID\":\"service:i%1$d\",\"Name\":\"alive\","
                        + "\"ServiceID\":\"i%1$d\",\"Status\":\"%2$s\"}}}",
                instance,
                status);
    }

    private static void steady() {
        for (int i = 0; i < 3; i++) {
            write("steady for 20 s: %.2f %% of a core", cpu(Duration.ofSeconds(20)));
        }
    }

    /** A hundred changes a second for ten seconds, each in another service; then the last ones must be known. */
    private static void change(ConsulServer consul, List<Watch> watches, String status, int endpoints) {
        long cpu = processCpu();
        long start = Ticker.system().nanos();
        for (int i = 0; i < SERVICES; i++) {
            consul.put("/v1/txn", "[" + check(i * 7 % SERVICES * INSTANCES, status) + "]");
            long ahead = start + i * 10_000_000L - Ticker.system().nanos();
            if (ahead > 0) {
                pause(Duration.ofNanos(ahead));
            }
        }
        long ended = Ticker.system().nanos();
        awaitEach(watches, endpoints);
        long known = Ticker.system().nanos();
        write(
                "1,000 changes (%s) made in %d ms; all known %d ms after the last; %d %% of a core with what made them",
                status,
                (ended - start) / 1_000_000,
                (known - ended) / 1_000_000,
                100 * (processCpu() - cpu) / (known - start));
    }

    private static void awaitEach(List<Watch> watches, int endpoints) {
        eventually(Duration.ofMinutes(3), () -> {
            for (Watch watch : watches) {
                assertThat(watch.current().endpoints()).hasSize(endpoints);
            }
        });
    }

    private static long millisSince(long nanos) {
        return (Ticker.system().nanos() - nanos) / 1_000_000;
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
