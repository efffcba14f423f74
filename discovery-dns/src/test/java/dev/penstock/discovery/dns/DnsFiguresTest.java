package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.penstock.time.Ticker;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Record;

/** What many names cost, against a real nameserver; writes to target/dns-figures.txt. */
@Tag("slow")
class DnsFiguresTest {
    private static final int NAMES = 1_000;
    private static final Duration WARM = Duration.ofSeconds(30);
    private static final Duration MEASURED = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"1s", "5s", "ttl"})
    void thousandNames_ofTenAddresses_cost(String interval) throws Exception {
        try (var knot = KnotServer.start(directory)) {
            knot.put(IntStream.rangeClosed(1, 10)
                    .mapToObj(i -> a("*.lb.test", 30, "127.0.1." + i))
                    .toArray(Record[]::new));
            String uri = "dns://" + knot.address() + "/";
            String options = ":80?interval=" + interval;
            try (var source = Watched.open(uri + "web0.lb.test" + options)) {
                for (int i = 1; i < NAMES; i++) {
                    source.add(uri + "web" + i + ".lb.test" + options);
                }
                eventually(Watched.SOON, () -> assertThat(source.readyWith(10)).isEqualTo(NAMES));
                FakeDns.pause(WARM.toMillis());
                long begin = Ticker.system().nanos();
                long cpu = cpuNanos();
                FakeDns.pause(MEASURED.toMillis());
                double share = (double) (cpuNanos() - cpu) / (Ticker.system().nanos() - begin);
                System.gc();
                long heap = Runtime.getRuntime().totalMemory()
                        - Runtime.getRuntime().freeMemory();
                long threads = Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("penstock"))
                        .count();
                Files.writeString(
                        Path.of("target/dns-figures.txt"),
                        String.format(
                                Locale.ROOT,
                                "%d names of 10 addresses, interval %s: %.1f %% of a core, %d threads, heap %.1f MiB%n",
                                NAMES,
                                interval,
                                100 * share,
                                threads,
                                heap / 1048576.0),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                assertThat(source.readyWith(10)).isEqualTo(NAMES);
            }
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
