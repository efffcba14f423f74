package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceLoop;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.ManualTime;
import dev.penstock.testkit.SeededRandomness;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** By core's rules for all sources; here, since here is a log to look at. */
    @Test
    void manyServicesThatWorkAgain_areOneLine() {
        var log = (Logger) LoggerFactory.getLogger(SourceLoop.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        log.setLevel(Level.INFO);
        var time = new ManualTime();
        var works = new AtomicBoolean();
        var context = new DiscoveryContext(time, time, new SeededRandomness(1));
        SourceReader reader = () -> works.get()
                ? CompletableFuture.completedFuture(Listing.of(List.of(Endpoint.of("10.0.0.1", 80))))
                : CompletableFuture.failedFuture(new DnsProblem("down"));
        try (var polled = new PolledDiscovery("stub", query -> reader, SourceRules.defaults(), context)) {
            List<Watch> watches = IntStream.range(0, NAMES)
                    .mapToObj(i -> polled.watch(ServiceQuery.of(ServiceName.of("s" + i)), state -> {}))
                    .toList();
            time.advance(Duration.ofSeconds(1));
            works.set(true);
            time.advance(Duration.ofSeconds(5));
            assertThat(watches).allMatch(watch -> watch.current() instanceof ServiceState.Ready);
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .satisfiesExactly(
                            line -> assertThat(line).contains("failed: down"),
                            line -> assertThat(line).contains("works again: 1 endpoints"));
        } finally {
            log.detachAppender(lines);
            log.setLevel(null);
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
