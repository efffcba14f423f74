package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.discovery.dns.Records.aaaa;
import static dev.penstock.discovery.dns.Records.cname;
import static dev.penstock.discovery.dns.Records.srv;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** The same against a real nameserver. */
@Execution(ExecutionMode.SAME_THREAD) // its tests share a server and its names
class KnotTest {
    @TempDir
    static Path directory;

    private static KnotServer knot;

    @BeforeAll
    static void start() {
        knot = KnotServer.start(directory);
    }

    @AfterAll
    static void stop() {
        if (knot != null) {
            knot.close();
        }
    }

    @AfterEach
    void empty() {
        for (String name : new String[] {"web", "_http._tcp.web", "h1", "h2", "host"}) {
            knot.remove(name + ".lb.test");
        }
    }

    private static Watched open(String what) {
        return Watched.open("dns://" + knot.address() + "/" + what);
    }

    @Test
    void N03_addresses_areFollowed() {
        knot.put(a("web.lb.test", 60, "127.0.0.1"), a("web.lb.test", 60, "127.0.0.2"));
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.1:8080", "127.0.0.2:8080");
            knot.put(a("web.lb.test", 60, "127.0.0.2"), a("web.lb.test", 60, "127.0.0.3"));
            source.awaitReady("127.0.0.2:8080", "127.0.0.3:8080");
        }
    }

    @Test
    void N08_serverKilledAndBack_keepsTheLastAnswerAndFollowsAgain() {
        knot.put(a("web.lb.test", 60, "127.0.0.1"));
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.1:8080");
            knot.stop();
            assertThat(source.awaitProblem()).contains("A web.lb.test: " + knot.address());
            assertThat(source.ids()).containsExactly("127.0.0.1:8080");
            knot.restart();
            knot.put(a("web.lb.test", 60, "127.0.0.2"));
            source.awaitReady("127.0.0.2:8080");
        }
    }

    @Test
    void N09_nameGoneOrWithoutAddresses_isAbsentAndComesBack() {
        knot.put(a("web.lb.test", 60, "127.0.0.1"), aaaa("web.lb.test", 60, "::1"));
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.1:8080");
            knot.remove("web.lb.test", Type.A); // NODATA
            source.awaitAbsent();
            knot.put(a("web.lb.test", 60, "127.0.0.2"));
            source.awaitReady("127.0.0.2:8080");
            knot.remove("web.lb.test"); // NXDOMAIN
            source.awaitAbsent();
            knot.put(a("web.lb.test", 60, "127.0.0.3"));
            source.awaitReady("127.0.0.3:8080");
        }
    }

    @Test
    void N10_aliases_areFollowed() {
        knot.put(cname("web.lb.test", 60, "host.lb.test"), a("host.lb.test", 60, "127.0.0.4"));
        try (var source = open("web.lb.test:8080")) {
            source.awaitReady("127.0.0.4:8080");
            knot.put(cname("web.lb.test", 60, "web.lb.test"));
            assertThat(source.awaitProblem()).startsWith("aliases go round: web.lb.test");
        }
    }

    @Test
    void N11_ipv6_isFound() {
        knot.put(a("web.lb.test", 60, "127.0.0.1"), aaaa("web.lb.test", 60, "::1"));
        try (var source = open("web.lb.test:8080?ipv6=true")) {
            source.awaitReady("127.0.0.1:8080", "[::1]:8080");
        }
    }

    @Test
    void N12_srv_isFollowedWithItsTargets() {
        knot.put(
                srv("_http._tcp.web.lb.test", 60, 1, 10, 8081, "h1.lb.test"),
                srv("_http._tcp.web.lb.test", 60, 2, 20, 8082, "h2.lb.test"),
                a("h1.lb.test", 60, "127.0.0.1"),
                a("h2.lb.test", 60, "127.0.0.2"));
        try (var source = open("_http._tcp.web.lb.test")) {
            source.awaitReady("127.0.0.1:8081", "127.0.0.2:8082");
            assertThat(source.state().endpoints())
                    .extracting(Endpoint::priority)
                    .containsExactly(1, 2);
            assertThat(source.state().endpoints()).extracting(Endpoint::weight).containsExactly(10, 20);
            knot.put(a("h2.lb.test", 60, "127.0.0.3"));
            source.awaitReady("127.0.0.1:8081", "127.0.0.3:8082");
        }
    }

    @Test
    void N13_unqualifiedQualifiedAndAbsoluteNames_areFound() throws Exception {
        knot.put(a("web.lb.test", 60, "127.0.0.1"));
        Path file = Files.writeString(directory.resolve("resolv.conf"), "search lb.test\n");
        for (String name : new String[] {"web", "web.lb.test", "web.lb.test."}) {
            try (var source = Watched.open(file, "dns://" + knot.address() + "/" + name + ":8080")) {
                source.awaitReady("127.0.0.1:8080");
            }
        }
        try (var source = Watched.open(file, "dns://" + knot.address() + "/web:8080?search=off")) {
            assertThat(source.awaitProblem()).contains("REFUSED"); // not this server's zone
        }
    }

    @Test
    void N07_answerTooLargeForAPacket_comesOverTcp() {
        Record[] records = IntStream.rangeClosed(1, 200)
                .mapToObj(i -> a("web.lb.test", 60, "127.0.1." + i))
                .toArray(Record[]::new);
        knot.put(records);
        try (var source = open("web.lb.test:8080?timeout=5s")) {
            eventually(Watched.SOON, () -> assertThat(source.ids()).hasSize(200));
        }
    }
}
