package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.ServiceState;
import dev.penstock.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** What bad answers, and none, come to. */
class DnsFaultsTest {
    private static final Record ADDRESS = a("web.lb.test", 2, "127.0.0.1");

    private final FakeDns server = new FakeDns();
    private final FakeDns second = new FakeDns();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        server.close();
        second.close();
    }

    private Watched open() {
        return Watched.open("dns://" + server.address() + "/web.lb.test:8080");
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP, Rcode.FORMERR, Rcode.YXDOMAIN})
    void N08_refusedOrFailed_keepsTheLastAnswerAndRecovers(int code) {
        server.zone(ADDRESS);
        try (var source = open()) {
            source.awaitReady("127.0.0.1:8080");
            server.script((question, tcp) -> FakeDns.empty(question, code));
            assertThat(source.awaitProblem())
                    .isEqualTo("A web.lb.test: " + server.address() + ": " + Rcode.string(code));
            assertThat(source.ids()).containsExactly("127.0.0.1:8080");
            server.zone(a("web.lb.test", 2, "127.0.0.2"));
            source.awaitReady("127.0.0.2:8080");
        }
    }

    @Test
    void N08_silence_keepsTheLastAnswer() {
        server.zone(ADDRESS);
        try (var source = open()) {
            source.awaitReady("127.0.0.1:8080");
            server.script((question, tcp) -> null);
            assertThat(source.awaitProblem())
                    .isEqualTo("A web.lb.test: " + server.address() + ": no answer within 300 ms");
            assertThat(source.ids()).containsExactly("127.0.0.1:8080");
        }
    }

    @Test
    void N08_neverResolved_isFailedAndNotAbsent() {
        server.script((question, tcp) -> FakeDns.empty(question, Rcode.SERVFAIL));
        try (var source = open()) {
            assertThat(source.awaitProblem()).contains("SERVFAIL");
            assertThat(source.state()).isInstanceOf(ServiceState.Failed.class);
        }
    }

    @Test
    void N08_serverGoneAndBack_isNoticed() {
        server.zone(ADDRESS);
        int port = server.port();
        try (var source = open()) {
            source.awaitReady("127.0.0.1:8080");
            server.close();
            assertThat(source.awaitProblem()).contains("web.lb.test");
            try (var again = new FakeDns(port)) {
                again.zone(a("web.lb.test", 2, "127.0.0.5"));
                source.awaitReady("127.0.0.5:8080");
            }
        }
    }

    @Test
    void N08_referralToOtherServers_saysNothingAboutTheName() {
        server.zone(ADDRESS);
        try (var source = open()) {
            source.awaitReady("127.0.0.1:8080");
            server.script((question, tcp) -> {
                Message answer = FakeDns.empty(question, Rcode.NOERROR);
                answer.getHeader().unsetFlag(Flags.AA);
                answer.addRecord(
                        new NSRecord(Records.name("test"), DClass.IN, 60, Records.name("ns.test")), Section.AUTHORITY);
                return answer;
            });
            assertThat(source.awaitProblem()).endsWith("refers to other nameservers");
            assertThat(source.ids()).containsExactly("127.0.0.1:8080");
        }
    }

    /** Five answers that a forger or a broken server may send before the right one. */
    @Test
    void wrongAnswers_areIgnoredWhileTheRightOneMayCome() {
        server.forging((question, send) -> {
            Message otherId = FakeDns.ofZone(question, List.of(ADDRESS));
            otherId.setHeader(header(question.getHeader().getID() ^ 1));
            send.accept(otherId.toWire());
            Message otherName = FakeDns.empty(question, Rcode.NXDOMAIN);
            otherName.removeAllRecords(Section.QUESTION);
            otherName.addRecord(Record.newRecord(Records.name("other.lb.test"), 1, DClass.IN), Section.QUESTION);
            send.accept(otherName.toWire());
            send.accept(question.toWire()); // its own question back
            byte[] garbage = "HTTP/1.1 400 Bad Request\r\n\r\n<html>".getBytes(StandardCharsets.US_ASCII);
            garbage[0] = (byte) (question.getHeader().getID() >> 8);
            garbage[1] = (byte) question.getHeader().getID();
            send.accept(garbage);
            send.accept(new byte[3]);
            send.accept(FakeDns.ofZone(question, List.of(ADDRESS)).toWire());
        });
        try (var source = open()) {
            source.awaitReady("127.0.0.1:8080");
        }
    }

    private static Header header(int id) {
        var header = new Header(id);
        header.setFlag(Flags.QR);
        return header;
    }

    @Test
    void garbageOnly_isAFailureThatSaysSo() {
        server.forging((question, send) -> {
            var garbage = new byte[40];
            garbage[0] = (byte) (question.getHeader().getID() >> 8);
            garbage[1] = (byte) question.getHeader().getID();
            garbage[2] = (byte) 0x84;
            garbage[5] = 9;
            send.accept(garbage);
        });
        try (var source = open()) {
            assertThat(source.awaitProblem()).endsWith("no answer within 300 ms (1 that made no sense ignored)");
        }
    }

    @Test
    void N03_cutAnswers_waitForTheirTurnToBeAskedForOverTcp() {
        server.script((question, tcp) -> {
            Message answer = FakeDns.ofZone(question, List.of(ADDRESS));
            if (!tcp) {
                answer.getHeader().setFlag(Flags.TC);
            }
            return answer;
        });
        long start = Ticker.system().nanos();
        try (var source = Watched.open("dns://" + server.address() + "/web.lb.test:8080?ipv6=true")) {
            source.awaitReady("127.0.0.1:8080");
            eventually(Watched.SOON, () -> assertThat(server.asked()).hasSizeGreaterThanOrEqualTo(3));
            FakeDns.Asked third = server.asked().get(2);
            assertThat(third.nanos() - start)
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        }
    }

    @Test
    void N07_cutAnswer_withoutTcp_isAFailure() {
        server.script((question, tcp) -> {
            Message answer = FakeDns.empty(question, Rcode.NOERROR);
            answer.getHeader().setFlag(Flags.TC);
            return tcp ? null : answer;
        });
        try (var source = open()) {
            assertThat(source.awaitProblem()).contains("over TCP: the connection ended before the answer");
        }
    }

    @Test
    void N07_lostPackets_areAskedForAgain() {
        var lose = new AtomicBoolean(true);
        server.script((question, tcp) -> lose.getAndSet(false) ? null : FakeDns.ofZone(question, List.of(ADDRESS)));
        try (var source = Watched.open("dns://" + server.address() + "/web.lb.test:8080?timeout=1s")) {
            source.awaitReady("127.0.0.1:8080");
            List<FakeDns.Asked> asked = server.asked();
            assertThat(asked.get(1).nanos() - asked.get(0).nanos()).isGreaterThanOrEqualTo(500_000_000L);
        }
    }

    @Test
    void N07_slowServer_isHeardWhileItIsAskedAgain() {
        server.script((question, tcp) -> {
            FakeDns.pause(400); // more than a try has, less than two
            return FakeDns.ofZone(question, List.of(ADDRESS));
        });
        try (var source = open()) {
            source.awaitReady("127.0.0.1:8080");
        }
    }

    /** A and AAAA are two questions a second already; every other packet is lost. */
    @Test
    void N03_ipv6AndLostPackets_askNoMoreThanTwiceASecond() {
        var lose = new AtomicInteger();
        server.script(
                (question, tcp) -> lose.getAndIncrement() % 2 == 0 ? null : FakeDns.ofZone(question, List.of(ADDRESS)));
        long begin = Ticker.system().nanos();
        try (var source = Watched.open("dns://" + server.address() + "/web.lb.test:8080?ipv6=true")) {
            eventually(Watched.SOON, () -> assertThat(server.asked()).hasSizeGreaterThanOrEqualTo(10));
            int asked = server.asked().size();
            long seconds = (Ticker.system().nanos() - begin) / 1_000_000_000;
            assertThat(asked).isLessThanOrEqualTo((int) (2 * (seconds + 1)));
        }
    }

    @Test
    void N07_triesAndTimeout_areOptions() {
        server.script((question, tcp) -> null);
        try (var source = Watched.open("dns://" + server.address() + "/web.lb.test:8080?timeout=100ms&tries=3")) {
            assertThat(source.awaitProblem()).endsWith("no answer within 100 ms");
            assertThat(server.asked()).hasSize(3);
        }
    }

    @Test
    void N06_serversInTurn_untilOneAnswers() {
        server.script((question, tcp) -> null);
        second.zone(ADDRESS);
        String servers = server.address() + "," + second.address();
        try (var source = Watched.open("dns://" + servers + "/web.lb.test:8080?timeout=2s")) {
            source.awaitReady("127.0.0.1:8080");
            assertThat(server.asked()).hasSize(1);
            eventually(Watched.SOON, () -> assertThat(second.asked()).hasSizeGreaterThan(3));
            assertThat(server.asked()).as("a silent server is asked last").hasSize(1);
        }
    }

    @Test
    void N06_serverThatRefuses_isFollowedByTheNext() {
        server.script((question, tcp) -> FakeDns.empty(question, Rcode.REFUSED));
        second.zone(ADDRESS);
        try (var source = Watched.open("dns://" + server.address() + "," + second.address() + "/web.lb.test:8080")) {
            source.awaitReady("127.0.0.1:8080");
        }
    }

    @Test
    void oldServer_withoutEdns_isAskedPlainly() {
        server.script((question, tcp) -> question.getOPT() != null
                ? FakeDns.empty(question, Rcode.FORMERR)
                : FakeDns.ofZone(question, List.of(ADDRESS)));
        try (var source = open()) {
            source.awaitReady("127.0.0.1:8080");
        }
    }

    @Test
    void N06_resolvConf_withoutNameserver_saysSo() throws Exception {
        Path file = Files.writeString(directory.resolve("resolv.conf"), "search lb.test\n");
        try (var source = Watched.open(file, "dns:///web:8080")) {
            assertThat(source.awaitProblem())
                    .isEqualTo(file + ": no nameserver (expected: a line \"nameserver ADDRESS\")");
        }
    }
}
