package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.penstock.time.Ticker;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * What many names cost, against a real nameserver; writes to target/dns-figures.txt. {@code -Dpenstock.figures.warm=N} makes the
 * time before measuring other than 60 s: at next to no load the JVM's compilers take minutes to get done.
 */
@Tag("slow")
@Isolated // it measures the whole process
@Execution(ExecutionMode.SAME_THREAD)
class DnsFiguresTest {
    private static final int NAMES = 1_000;
    private static final int BEAT_MILLIS = 200;
    private static final Duration WARM = Duration.ofSeconds(Integer.getInteger("penstock.figures.warm", 60));
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
                add(
                        "%d names of 10 addresses, interval %s: %.2f %% of a core, %d threads, heap %.1f MiB%n",
                        NAMES, interval, 100 * share, threads, heap / 1048576.0);
                assertThat(source.readyWith(10)).isEqualTo(NAMES);
            }
        }
    }

    /** What the system and the JVM take for as many questions with nothing of ours: ready-made packets over one socket. */
    @Test
    void bareLoop_ofTheSameQuestions_costs() throws Exception {
        try (var knot = KnotServer.start(directory);
                var channel = DatagramChannel.open();
                var selector = Selector.open()) {
            knot.put(IntStream.rangeClosed(1, 10)
                    .mapToObj(i -> a("*.lb.test", 30, "127.0.1." + i))
                    .toArray(Record[]::new));
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), knot.port()));
            channel.register(selector, SelectionKey.OP_READ);
            List<ByteBuffer> packets = IntStream.range(0, NAMES)
                    .mapToObj(i -> Records.wire(new Question(Records.name("web" + i + ".lb.test"), Type.A), i, true))
                    .map(wire ->
                            ByteBuffer.allocateDirect(wire.length).put(wire).flip())
                    .toList();
            ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
            long begin = 0;
            long cpu = 0;
            long answers = 0;
            int beats = (int) (WARM.plus(MEASURED).toMillis() / BEAT_MILLIS);
            for (int beat = 0; beat < beats; beat++) {
                if (beat == WARM.toMillis() / BEAT_MILLIS) {
                    begin = Ticker.system().nanos();
                    cpu = cpuNanos();
                }
                long next = Ticker.system().nanos() + BEAT_MILLIS * 1_000_000;
                int perBeat = NAMES * BEAT_MILLIS / 1_000;
                for (int i = 0; i < perBeat; i++) {
                    channel.write(packets.get((beat * perBeat + i) % NAMES).rewind());
                }
                for (long left = BEAT_MILLIS;
                        left > 0;
                        left = (next - Ticker.system().nanos()) / 1_000_000) {
                    selector.select(left);
                    selector.selectedKeys().clear();
                    while (channel.read(buffer.clear()) > 0) {
                        answers++;
                    }
                }
            }
            double share = (double) (cpuNanos() - cpu) / (Ticker.system().nanos() - begin);
            assertThat(answers).isGreaterThan((long) NAMES);
            add("the bare loop, %d questions a second: %.2f %% of a core%n", NAMES, 100 * share);
        }
    }

    private static void add(String format, Object... values) throws Exception {
        Files.writeString(
                Path.of("target/dns-figures.txt"),
                String.format(Locale.ROOT, format, values),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
