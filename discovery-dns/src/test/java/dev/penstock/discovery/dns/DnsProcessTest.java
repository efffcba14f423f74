package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.penstock.discovery.SourceLoop;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/** What shows in the process as a whole: its log, threads and descriptors. */
@Isolated
class DnsProcessTest {
    private static final int NAMES = 30;

    private final FakeDns server = new FakeDns();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void N08_manyNamesFailing_areOneWarning() {
        var log = (Logger) LoggerFactory.getLogger(SourceLoop.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        server.script((question, tcp) -> FakeDns.empty(question, Rcode.SERVFAIL));
        try (var source = Watched.open("dns://" + server.address() + "/web.lb.test:8080")) {
            for (int i = 0; i < 20; i++) {
                source.add("dns://" + server.address() + "/web" + i + ".lb.test:8080");
            }
            eventually(
                    Watched.SOON,
                    () -> assertThat(server.asked().stream()
                                    .map(FakeDns.Asked::name)
                                    .distinct())
                            .hasSize(21));
            source.awaitProblem();
            assertThat(lines.list.stream().filter(line -> line.getLevel() == Level.WARN))
                    .hasSize(1);
        } finally {
            log.detachAppender(lines);
        }
    }

    @Test
    void N08_outagesOneAfterTheOther_leaveNoThreadAndNoDescriptor() {
        String uri = "dns://" + server.address() + "/web";
        String options = ".lb.test:8080?timeout=50ms";
        try (var source = Watched.open(uri + 0 + options)) {
            for (int i = 1; i < NAMES; i++) {
                source.add(uri + i + options);
            }
            long most = 0;
            for (int outage = 0; outage < 3; outage++) {
                String address = "127.0.0." + (2 + outage);
                server.script((question, tcp) -> FakeDns.ofZone(question, records(address)));
                source.awaitReady(address + ":8080");
                eventually(Watched.SOON, () -> assertThat(source.readyWith(1)).isEqualTo(NAMES));
                long bound = most;
                if (outage == 1) {
                    most = descriptors() + 2; // a socket that is being replaced, a file that is being read
                } else if (outage > 1) {
                    eventually(Watched.SOON, () -> assertThat(descriptors()).isLessThanOrEqualTo(bound));
                }
                server.script((question, tcp) -> null);
                source.awaitProblem();
                eventually(Watched.SOON, () -> assertThat(source.readyWith(1)).isZero());
            }
        }
        eventually(Watched.SOON, () -> assertThat(threads()).isEmpty());
    }

    private static List<Record> records(String address) {
        return IntStream.range(0, NAMES)
                .mapToObj(i -> a("web" + i + ".lb.test", 2, address))
                .toList();
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    @Test
    void close_whileAServerIsSilent_leavesNoThread() {
        server.script((question, tcp) -> null);
        Set<Thread> before = threads();
        var source = Watched.open("dns://" + server.address() + "/web.lb.test:8080?timeout=30s");
        eventually(Watched.SOON, () -> assertThat(server.asked()).isNotEmpty());
        source.close();
        eventually(Watched.SOON, () -> assertThat(threads()).isSubsetOf(before));
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("penstock")
                        || thread.getName().startsWith("dnsjava"))
                .collect(Collectors.toSet());
    }
}
