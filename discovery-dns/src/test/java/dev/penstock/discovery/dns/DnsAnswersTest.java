package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.discovery.dns.Records.aaaa;
import static dev.penstock.discovery.dns.Records.cname;
import static dev.penstock.discovery.dns.Records.srv;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.ServiceState;
import dev.penstock.endpoint.Endpoint;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What is made of good answers. */
class DnsAnswersTest {
    private final FakeDns server = new FakeDns();

    @AfterEach
    void close() {
        server.close();
    }

    /** With time enough that no question is repeated. */
    private Watched open(String what) {
        return Watched.open(
                "dns://" + server.address() + "/" + what + (what.contains("?") ? "&" : "?") + "timeout=20s");
    }

    @Test
    void N01_addresses_becomeEndpointsWithThePortOfTheName() {
        server.zone(
                a("web.lb.test", 2, "127.0.0.3"), a("web.lb.test", 2, "127.0.0.1"), a("web.lb.test", 2, "127.0.0.2"));
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.1:8080", "127.0.0.2:8080", "127.0.0.3:8080");
        }
    }

    @Test
    void N01_orderOfTheAnswer_doesNotMatter() {
        var turn = new AtomicInteger();
        Record[] records = {a("w.lb.test", 2, "10.0.0.9"), a("w.lb.test", 2, "10.0.0.10"), a("w.lb.test", 2, "10.0.0.2")
        };
        server.script((question, tcp) -> {
            int first = turn.getAndIncrement();
            return FakeDns.ofZone(
                    question, List.of(records[first % 3], records[(first + 1) % 3], records[(first + 2) % 3]));
        });
        try (var source = open("w.lb.test:80")) {
            source.awaitReady("10.0.0.10:80", "10.0.0.2:80", "10.0.0.9:80");
            ServiceState first = source.state();
            eventually(Watched.SOON, () -> assertThat(turn).hasValueGreaterThan(3));
            assertThat(source.state()).isSameAs(first);
        }
    }

    @Test
    void N03_addressesThatComeAndGo_areFollowedAtOneQuestionASecond() {
        server.zone(a("web.lb.test", 60, "127.0.0.1"));
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.1:8080");
            server.zone(a("web.lb.test", 60, "127.0.0.1"), a("web.lb.test", 60, "127.0.0.2"));
            source.awaitReady("127.0.0.1:8080", "127.0.0.2:8080");
            server.zone(a("web.lb.test", 60, "127.0.0.2"));
            source.awaitReady("127.0.0.2:8080");
            eventually(Watched.SOON, () -> assertThat(server.asked()).hasSizeGreaterThan(4));
            assertThat(leastGapOfTwoMillis(server.asked())).isGreaterThan(1_000);
        }
    }

    @Test
    void N03_threeServicesOfOneName_askNoMoreThanOne() {
        server.zone(a("web.lb.test", 60, "127.0.0.1"));
        String uri = "dns://" + server.address() + "/web.lb.test:";
        try (var source = open("web.lb.test:8080")) {
            source.add(uri + "8081?timeout=20s").add(uri + "8082?interval=2s&timeout=20s");
            eventually(Watched.SOON, () -> assertThat(server.asked()).hasSizeGreaterThan(5));
            assertThat(leastGapOfTwoMillis(server.asked())).isGreaterThan(1_000);
        }
    }

    /** The shortest time in which three questions for one name came. */
    private static long leastGapOfTwoMillis(List<FakeDns.Asked> asked) {
        long least = Long.MAX_VALUE;
        for (int i = 2; i < asked.size(); i++) {
            least = Math.min(least, asked.get(i).nanos() - asked.get(i - 2).nanos());
        }
        return least / 1_000_000;
    }

    @Test
    void N04_ttlMode_asksAgainOnlyAfterTheTimeToLive() {
        server.zone(a("web.lb.test", 3, "127.0.0.1"));
        try (var source = open("web.lb.test:8080?interval=ttl")) {
            source.awaitReady("127.0.0.1:8080");
            eventually(Watched.SOON, () -> assertThat(server.asked()).hasSizeGreaterThan(1));
            List<FakeDns.Asked> asked = server.asked();
            assertThat(asked.get(1).nanos() - asked.get(0).nanos()).isGreaterThanOrEqualTo(3_000_000_000L);
        }
    }

    @Test
    void N04_ttlMode_countsTheShortestOfTheChainAndNoLessThanASecond() {
        server.script((question, tcp) -> {
            Message answer = FakeDns.empty(question, Rcode.NOERROR);
            answer.addRecord(cname("web.lb.test", 2, "host.lb.test"), Section.ANSWER);
            answer.addRecord(a("host.lb.test", 600, "127.0.0.1"), Section.ANSWER);
            return answer;
        });
        try (var source = open("web.lb.test:8080?interval=ttl")) {
            source.awaitReady("127.0.0.1:8080");
            eventually(Watched.SOON, () -> assertThat(server.asked()).hasSizeGreaterThan(1));
            List<FakeDns.Asked> asked = server.asked();
            assertThat(asked.get(1).nanos() - asked.get(0).nanos()).isGreaterThanOrEqualTo(2_000_000_000L);
            server.zone(a("web.lb.test", 0, "127.0.0.2"));
            source.awaitReady("127.0.0.2:8080");
            int before = server.asked().size();
            eventually(Watched.SOON, () -> assertThat(server.asked()).hasSizeGreaterThan(before + 2));
            asked = server.asked();
            assertThat(asked.get(before + 1).nanos() - asked.get(before).nanos())
                    .isGreaterThanOrEqualTo(1_000_000_000L);
        }
    }

    @Test
    void N09_nameGone_isAbsentAndComesBack() {
        server.zone(a("web.lb.test", 2, "127.0.0.1"));
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.1:8080");
            server.zone();
            source.awaitAbsent();
            server.zone(a("web.lb.test", 2, "127.0.0.4"));
            source.awaitReady("127.0.0.4:8080");
        }
    }

    @Test
    void N09_nameWithoutAddresses_isAbsent() {
        server.zone(srv("web.lb.test", 2, 1, 1, 1, "other.lb.test"));
        try (var source = open("web.lb.test:8080")) {
            source.awaitAbsent();
        }
    }

    @Test
    void N10_alias_withItsAddresses_isUsedAndFollowedWhereTheyAreMissing() {
        Record alias = cname("web.lb.test", 2, "host.lb.test");
        Record address = a("host.lb.test", 2, "127.0.0.7");
        server.script((question, tcp) -> {
            Message answer = FakeDns.ofZone(question, List.of(alias, address));
            if (question.getQuestion().getName().equals(alias.getName())) {
                answer.addRecord(address, Section.ANSWER);
            }
            return answer;
        });
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.7:8080");
            assertThat(server.asked("host.lb.test")).isEmpty();
        }
        server.zone(alias, address);
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.7:8080");
            assertThat(server.asked("host.lb.test")).isNotEmpty();
        }
    }

    /** Records of names that were not asked for, wherever they stand, as somebody sends along who would have them believed. */
    private static Message withForeign(Message answer, String... names) {
        for (String name : names) {
            answer.addRecord(a(name, 600, "6.6.6.6"), Section.ANSWER);
            answer.addRecord(a(name, 600, "6.6.6.7"), Section.AUTHORITY);
            answer.addRecord(a(name, 600, "6.6.6.8"), Section.ADDITIONAL);
        }
        return answer;
    }

    @Test
    void N01_recordsOfOtherNames_areIgnored_inWhateverSectionTheyStand() {
        String[] foreign = {"other.lb.test", "lb.test", "a.web.lb.test", "xweb.lb.test", "web.lb.test.evil.test"};
        Record mine = a("web.lb.test", 2, "127.0.0.1");
        Record otherClass = new ARecord(
                Records.name("web.lb.test"),
                DClass.CH,
                600,
                Addresses.of(List.of(a("x", 1, "6.6.6.9"))).get(0));
        server.script((question, tcp) -> {
            Message answer = withForeign(FakeDns.ofZone(question, List.of(mine)), foreign);
            answer.addRecord(otherClass, Section.ANSWER);
            answer.addRecord(a("web.lb.test", 600, "6.6.6.8"), Section.AUTHORITY); // not where answers stand
            answer.addRecord(a("web.lb.test", 600, "6.6.6.8"), Section.ADDITIONAL);
            return answer;
        });
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.1:8080");
        }
        server.script((question, tcp) -> withForeign(FakeDns.ofZone(question, List.of(mine)), foreign));
        try (var source = open("none.lb.test:8080")) { // nothing but them
            source.awaitAbsent();
        }
        assertThat(server.asked("other.lb.test")).isEmpty();
    }

    @Test
    void N10_aliasesThatLeaveAndComeBack_leadToTheirEndAlone() {
        Record leaves = cname("web.lb.test", 2, "edge.cdn.test");
        Record comesBack = cname("edge.cdn.test", 2, "back.lb.test");
        server.script((question, tcp) -> {
            Message answer = FakeDns.ofZone(question, List.of(leaves));
            answer.addRecord(comesBack, Section.ANSWER);
            answer.addRecord(cname("other.lb.test", 2, "evil.test"), Section.ANSWER); // of no alias on the way
            withForeign(answer, "web.lb.test", "edge.cdn.test", "other.lb.test", "evil.test"); // nor its end
            answer.addRecord(a("back.lb.test", 2, "127.0.0.9"), Section.ANSWER);
            return answer;
        });
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.9:8080");
        }
    }

    @Test
    void N12_srv_recordsOfOtherNames_areIgnored() {
        Record mine = srv("_http._tcp.web.lb.test", 2, 0, 1, 8080, "host.lb.test");
        Record address = a("host.lb.test", 2, "127.0.0.1");
        server.script((question, tcp) -> {
            Message answer = FakeDns.ofZone(question, List.of(mine, address));
            if (question.getQuestion().getType() == Type.SRV) {
                answer.addRecord(srv("_http._tcp.other.lb.test", 2, 0, 1, 666, "evil.test"), Section.ANSWER);
                answer.addRecord(srv("_http._tcp.web.lb.test", 2, 0, 1, 666, "evil.test"), Section.ADDITIONAL);
                answer.addRecord(a("evil.test", 600, "6.6.6.6"), Section.ADDITIONAL);
                answer.addRecord(a("x.host.lb.test", 600, "6.6.6.6"), Section.ADDITIONAL);
            }
            return answer;
        });
        try (var source = open("_http._tcp.web.lb.test")) {
            source.awaitReady("127.0.0.1:8080");
        }
        assertThat(server.asked("evil.test")).isEmpty();
    }

    @Test
    void N10_aliasesThatGoRound_areReportedAndEndTheSearch() {
        server.zone(a("web.lb.test", 2, "127.0.0.1"));
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.1:8080");
            server.zone(cname("web.lb.test", 2, "b.lb.test"), cname("b.lb.test", 2, "web.lb.test"));
            assertThat(source.awaitProblem()).isEqualTo("aliases go round: web.lb.test -> b.lb.test -> web.lb.test");
            assertThat(source.ids()).containsExactly("127.0.0.1:8080");
        }
    }

    @Test
    void N10_tooManyAliases_areReported() {
        server.script((question, tcp) -> {
            String name = question.getQuestion().getName().toString(true);
            int number = Integer.parseInt(name.substring(1, name.indexOf('.')));
            return FakeDns.ofZone(question, List.of(cname(name, 2, "a" + (number + 1) + ".lb.test")));
        });
        try (var source = open("a0.lb.test:8080")) {
            assertThat(source.awaitProblem()).startsWith("aliases: more than 12 (expected: fewer): a0.lb.test -> a1");
        }
    }

    @Test
    void N11_ipv6_addsAddressesInBrackets() {
        server.zone(
                a("web.lb.test", 2, "127.0.0.1"),
                aaaa("web.lb.test", 2, "2001:db8:0:0:1::5"),
                aaaa("web.lb.test", 2, "::1"));
        try (var source = open("web.lb.test:8080?ipv6=true")) {
            source.awaitReady("127.0.0.1:8080", "[2001:db8::1:0:0:5]:8080", "[::1]:8080");
        }
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.1:8080");
        }
    }

    @Test
    void N12_srv_givesPortTargetPriorityAndWeight() {
        server.zone(
                srv("_http._tcp.web.lb.test", 2, 1, 30, 8081, "h1.lb.test"),
                srv("_http._tcp.web.lb.test", 2, 2, 10, 8082, "h2.lb.test"),
                a("h1.lb.test", 2, "127.0.0.1"),
                a("h1.lb.test", 2, "127.0.0.2"),
                a("h2.lb.test", 2, "127.0.0.3"));
        try (var source = open("_http._tcp.web.lb.test")) {
            source.awaitReady("127.0.0.1:8081", "127.0.0.2:8081", "127.0.0.3:8082");
            List<Endpoint> endpoints = source.state().endpoints();
            assertThat(endpoints).extracting(Endpoint::weight).containsExactly(30, 30, 10);
            assertThat(endpoints).extracting(Endpoint::priority).containsExactly(1, 1, 2);
            assertThat(endpoints.get(2).metadata())
                    .containsEntry("dns.target", "h2.lb.test")
                    .containsEntry("dns.name", "_http._tcp.web.lb.test");
        }
    }

    @Test
    void N12_srv_withAddressesAlong_asksForNoTarget() {
        server.script((question, tcp) -> {
            Message answer = FakeDns.ofZone(question, List.of(srv("web.lb.test", 2, 0, 0, 8081, "h1.lb.test")));
            answer.addRecord(a("h1.lb.test", 2, "127.0.0.9"), Section.ADDITIONAL);
            return answer;
        });
        try (var source = open("web.lb.test?srv=true")) {
            source.awaitReady("127.0.0.9:8081");
            assertThat(source.state().endpoints()).extracting(Endpoint::weight).containsExactly(1);
            assertThat(server.asked("h1.lb.test")).isEmpty();
        }
    }

    @Test
    void N12_srv_zeroBesideOtherWeights_isRare() {
        server.zone(
                srv("web.lb.test", 2, 0, 0, 8081, "h.lb.test"),
                srv("web.lb.test", 2, 0, 5, 8082, "h.lb.test"),
                a("h.lb.test", 2, "127.0.0.1"));
        try (var source = open("web.lb.test")) {
            source.awaitReady("127.0.0.1:8081", "127.0.0.1:8082");
            assertThat(source.state().endpoints()).extracting(Endpoint::weight).containsExactly(1, 50);
        }
    }

    @Test
    void N12_srv_targetRoot_saysThatThereIsNoService() {
        server.zone(srv("web.lb.test", 2, 0, 0, 0, "."));
        try (var source = open("web.lb.test")) {
            source.awaitAbsent();
            assertThat(source.watch().skipped()).isEmpty();
        }
    }

    @Test
    void N12_srv_entriesThatCannotBeUsed_areSkippedAndNamed() {
        server.zone(
                srv("web.lb.test", 2, 0, 0, 8081, "h.lb.test"),
                srv("web.lb.test", 2, 0, 0, 0, "h.lb.test"),
                srv("web.lb.test", 2, 0, 0, 8082, "gone.lb.test"),
                srv("web.lb.test", 2, 0, 0, 8083, "odd.lb.test"),
                a("odd.lb.test", 2, "0.0.0.0"),
                a("h.lb.test", 2, "127.0.0.1"));
        try (var source = open("web.lb.test")) {
            source.awaitReady("127.0.0.1:8081");
            assertThat(source.watch().skipped())
                    .containsExactlyInAnyOrder(
                            "h.lb.test: port: 0 (expected: 1..65535)",
                            "gone.lb.test: no address (expected: an A or AAAA record)",
                            "odd.lb.test: address 0.0.0.0 (expected: one that can be connected to)");
        }
    }

    @Test
    void N12_srv_targetThatFails_keepsItsAddressesWhileOthersChange() {
        Record[] services = {
            srv("web.lb.test", 2, 0, 0, 8081, "h1.lb.test"), srv("web.lb.test", 2, 0, 0, 8082, "h2.lb.test")
        };
        server.zone(services[0], services[1], a("h1.lb.test", 2, "127.0.0.1"), a("h2.lb.test", 2, "127.0.0.2"));
        try (var source = open("web.lb.test")) {
            source.awaitReady("127.0.0.1:8081", "127.0.0.2:8082");
            server.script((question, tcp) ->
                    question.getQuestion().getName().toString(true).equals("h1.lb.test")
                            ? FakeDns.empty(question, Rcode.SERVFAIL)
                            : FakeDns.ofZone(
                                    question, List.of(services[0], services[1], a("h2.lb.test", 2, "127.0.0.3"))));
            source.awaitReady("127.0.0.1:8081", "127.0.0.3:8082");
            assertThat(source.watch().skipped()).singleElement().asString().contains("h1.lb.test", "SERVFAIL");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 1_500})
    void N07_cutAnswer_isAskedForOverTcp(int count) {
        server.script((question, tcp) -> {
            Message answer = FakeDns.empty(question, Rcode.NOERROR);
            if (!tcp) {
                answer.getHeader().setFlag(Flags.TC);
                return answer;
            }
            for (int i = 0; i < count; i++) {
                answer.addRecord(a("web.lb.test", 2, "10.1." + i / 250 + "." + (1 + i % 250)), Section.ANSWER);
            }
            return answer;
        });
        try (var source = open("web.lb.test:8080")) {
            eventually(Watched.SOON, () -> assertThat(source.ids()).hasSize(count));
            assertThat(server.asked()).anyMatch(asked -> asked.tcp() && asked.type() == Type.A);
        }
    }
}
