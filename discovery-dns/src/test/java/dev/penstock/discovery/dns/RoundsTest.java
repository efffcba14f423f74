package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What is asked again and again, and what that wakes. */
class RoundsTest {
    private static final int NAMES = 20;

    private final FakeDns server = new FakeDns();

    @AfterEach
    void close() {
        server.close();
    }

    /** Control threads that count what is handed to them. */
    private static final class Counting implements Scheduler, AutoCloseable {
        private final ControlThreads threads = ControlThreads.create();
        private final LongAdder handed = new LongAdder();

        @Override
        public void execute(Runnable task) {
            handed.increment();
            threads.execute(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return threads.schedule(delay, task);
        }

        @Override
        public void close() {
            threads.close();
        }
    }

    /** As from a cache: in another order and with less time to live each time. */
    @Test
    void unchangedAnswers_areHandedToNobody() {
        var turn = new AtomicInteger();
        server.script((question, tcp) -> {
            List<Record> records = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                records.add(a(question.getQuestion().getName().toString(), 1_000 - turn.get(), "127.0.1." + i));
            }
            Collections.shuffle(records, new Random(turn.incrementAndGet()));
            return FakeDns.ofZone(question, records);
        });
        var factory = new DnsDiscoveryFactory();
        try (var threads = new Counting();
                var discovery = factory.open(
                        URI.create("dns://" + server.address() + "/?timeout=20s"),
                        new DiscoveryContext(Ticker.system(), threads, Randomness.system()))) {
            List<Watch> watches = new ArrayList<>();
            for (int i = 0; i < NAMES; i++) {
                var uri = URI.create("dns://" + server.address() + "/web" + i + ".lb.test:80");
                watches.add(discovery.watch(factory.query(ServiceName.of("s" + i), uri), state -> {}));
            }
            eventually(
                    Watched.SOON, () -> assertThat(watches).allMatch(w -> w.current() instanceof ServiceState.Ready));
            int known = server.asked().size();
            eventually(Watched.SOON, () -> assertThat(server.asked()).hasSizeGreaterThan(known + NAMES));
            List<ServiceState> states = watches.stream().map(Watch::current).toList();
            long handed = threads.handed.sum();
            int asked = server.asked().size();
            eventually(Watched.SOON, () -> assertThat(server.asked()).hasSizeGreaterThan(asked + 4 * NAMES));
            assertThat(threads.handed.sum()).isEqualTo(handed);
            assertThat(watches).extracting(Watch::current).containsExactlyElementsOf(states);
        }
    }

    @Test
    void unchangedAnswers_afterAFailure_areNewsAgain() {
        server.zone(a("web.lb.test", 60, "127.0.0.1"));
        try (var source = Watched.open("dns://" + server.address() + "/web.lb.test:80")) {
            source.awaitReady("127.0.0.1:80");
            server.script((question, tcp) -> FakeDns.empty(question, Rcode.SERVFAIL));
            source.awaitProblem();
            server.zone(a("web.lb.test", 60, "127.0.0.1"));
            source.awaitReady("127.0.0.1:80");
        }
    }

    @Test
    void guardedEmptyAnswer_isAskedForAgainUntilItLasted() {
        server.zone(a("web.lb.test", 60, "127.0.0.1"));
        try (var source = Watched.open("dns://" + server.address() + "/web.lb.test:80?emptyGuard=2s")) {
            source.awaitReady("127.0.0.1:80");
            var emptyNanos = new AtomicLong();
            server.script((question, tcp) -> {
                emptyNanos.compareAndSet(0, Ticker.system().nanos());
                return FakeDns.none(question, Rcode.NXDOMAIN);
            });
            assertThat(source.awaitProblem()).contains("kept until confirmed");
            assertThat(source.ids()).containsExactly("127.0.0.1:80");
            source.awaitAbsent();
            assertThat(Ticker.system().nanos() - emptyNanos.get())
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(2).toNanos());
            server.zone(a("web.lb.test", 60, "127.0.0.1"));
            source.awaitReady("127.0.0.1:80");
        }
    }

    @Test
    void question_asItIsSent_isWhatOthersRead() throws Exception {
        var question = new Question(Records.name("web.lb.test"), Type.SRV);
        for (boolean extended : new boolean[] {false, true}) {
            var read = new Message(Records.wire(question, 0xabcd, extended));
            var made = Message.newQuery(Record.newRecord(Records.name("web.lb.test"), Type.SRV, DClass.IN));
            made.getHeader().setID(0xabcd);
            assertThat(read.getHeader().getID()).isEqualTo(0xabcd);
            assertThat(read.getHeader().printFlags()).isEqualTo(made.getHeader().printFlags());
            assertThat(read.getQuestion()).isEqualTo(made.getQuestion());
            assertThat(read.getSection(Section.ADDITIONAL)).hasSize(extended ? 1 : 0);
            if (extended) {
                assertThat(read.getOPT().getPayloadSize()).isEqualTo(Question.PAYLOAD_BYTES);
                assertThat(read.getOPT().getOptions()).isEmpty();
            } else {
                assertThat(Records.wire(question, 0xabcd, false)).isEqualTo(made.toWire());
            }
        }
    }
}
