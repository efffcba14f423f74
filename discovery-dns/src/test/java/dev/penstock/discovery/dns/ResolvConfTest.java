package dev.penstock.discovery.dns;

import static dev.penstock.discovery.dns.Records.a;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.ManualTime;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

/** Where to ask: resolver files, names to try, URIs. */
class ResolvConfTest {
    @TempDir
    Path directory;

    private static String candidates(String name, String search, ResolvConf conf) {
        var query = new ServiceQuery(ServiceName.of("s"), name, Map.of("port", "80", "search", search));
        return Lookup.of(query).candidates(conf).stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    @Test
    void N06_parse_serversInOrderAndTheLastSearchLine() {
        ResolvConf conf = ResolvConf.parse("""
                # a comment
                domain old.test
                nameserver 10.0.0.1   ; trailing
                nameserver not-an-address
                nameserver fd00::53
                search a.test b.test.
                options timeout:5 ndots:2 rotate
                nonsense
                nameserver
                """);
        assertThat(conf.servers())
                .extracting(Nameservers::text)
                .containsExactly("10.0.0.1:53", "[fd00:0:0:0:0:0:0:53]:53");
        assertThat(conf.search()).extracting(Object::toString).containsExactly("a.test.", "b.test.");
        assertThat(conf.ndots()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "web, on, 1, 'web.a.test. web.b.test. web.'",
        "web.x, on, 1, 'web.x. web.x.a.test. web.x.b.test.'",
        "web.x, on, 2, 'web.x.a.test. web.x.b.test. web.x.'",
        "web., on, 1, 'web.'",
        "web, off, 1, 'web.'",
        "web, c.test, 1, 'web.c.test. web.'"
    })
    void N13_candidates_followSearchAndDots(String name, String search, int dots, String expected) {
        ResolvConf conf = ResolvConf.parse("search a.test b.test\noptions ndots:" + dots);
        assertThat(candidates(name, search, conf)).isEqualTo(expected);
    }

    @Test
    void N06_file_isReadAgainAfterASecondAndKeptWhileItIsAway() throws Exception {
        var time = new ManualTime();
        Path path = Files.writeString(directory.resolve("resolv.conf"), "nameserver 10.0.0.1\n");
        var file = new ResolvConfFile(path, time);
        assertThat(file.current().servers()).hasSize(1);
        Files.writeString(path, "nameserver 10.0.0.1\nnameserver 10.0.0.2\n");
        assertThat(file.current().servers()).hasSize(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(file.current().servers()).hasSize(2);
        Files.delete(path);
        time.advance(Duration.ofSeconds(1));
        assertThat(file.current().servers()).hasSize(2);
        Files.writeString(path, "");
        time.advance(Duration.ofSeconds(1));
        assertThat(file.current().servers()).as("being written").hasSize(2);
    }

    @Test
    void N13_searchOfTheFile_changesWhileWatched() throws Exception {
        try (var server = new FakeDns()) {
            server.zone(a("web.a.test", 1, "127.0.0.1"), a("web.b.test", 1, "127.0.0.2"));
            Path path = Files.writeString(directory.resolve("resolv.conf"), "search a.test\n");
            try (var source = Watched.open(path, "dns://" + server.address() + "/web:80")) {
                source.awaitReady("127.0.0.1:80");
                Files.writeString(path, "search b.test\n");
                source.awaitReady("127.0.0.2:80");
            }
        }
    }

    @Test
    void N13_searchDomainThatFails_doesNotTurnToAnotherName() {
        try (var server = new FakeDns()) {
            server.zone(a("web.a.test", 1, "127.0.0.1"), a("web", 1, "127.0.0.2"));
            try (var source = Watched.open("dns://" + server.address() + "/web:80?search=a.test")) {
                source.awaitReady("127.0.0.1:80");
                server.script(
                        (question, tcp) -> question.getQuestion().getName().labels() > 2
                                ? FakeDns.empty(question, Rcode.SERVFAIL)
                                : FakeDns.ofZone(question, List.of(a("web", 1, "127.0.0.2"))));
                assertThat(source.awaitProblem()).contains("SERVFAIL");
                assertThat(source.ids()).containsExactly("127.0.0.1:80");
                server.zone(a("web", 1, "127.0.0.2")); // now it is said that web.a.test is no more
                source.awaitReady("127.0.0.2:80");
            }
        }
    }

    @Test
    void N06_nameserverByName_isLookedUpByTheSystem() {
        try (var server = new FakeDns()) {
            server.zone(a("web.lb.test", 1, "127.0.0.1"));
            try (var source = Watched.open("dns://localhost:" + server.port() + "/web.lb.test:80")) {
                eventually(Watched.SOON, () -> assertThat(source.ids()).containsExactly("127.0.0.1:80"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dns:web:80 | name: \"\" (expected: dns:///name:port or dns://nameserver/name:port)",
                "dns:///web | ok",
                "dns:///web:0 | port: \"0\" (expected: 1..65535)",
                "dns:///web:x | port: \"x\" (expected: 1..65535)",
                "dns:///web:80?srv=true | port: 80 (expected: none with SRV records, which say the port themselves)",
                "dns:///web?srv=false | port: none (expected: web:port, or srv=true)",
                "dns:///a/b:80 | name: \"/a/b:80\" (expected: dns:///name:port or dns://nameserver/name:port)",
                "dns:///10.0.0.1:80 | name: \"10.0.0.1\" (expected: a name; an address needs no DNS)",
                "dns:///a..b:80 | name: \"a..b\" (expected: a DNS name, as in site.internal or _http._tcp.site.internal)",
                "dns:///web:80?timeout=1 | timeout: \"1\" (expected: a duration as in 500ms, 3s, 1m or 1h)",
                "dns:///web:80?interval=10ms | interval: \"10ms\" (expected: 1s to 24h)",
                "dns:///web:80?interval=ttl | ok",
                "dns:///web:80?tries=0 | tries: \"0\" (expected: 1..10)",
                "dns:///web:80?tries=1&tries=2 | tries: given twice (expected: given once)",
                "dns:///web:80?ipv6 | ipv6: \"\" (expected: ipv6=value)",
                "dns:///web:80?ipv6=yes | ipv6: \"yes\" (expected: true or false)",
                "dns://a:99999/web:80 | nameserver: \"a:99999\" (expected: host, host:port or [IPv6]:port, port in 1..65535;"
                        + " several joined by commas)",
                "dns://[fd00::1]:53/web:80 | ok",
                "dns://10.0.0.1,10.0.0.2:5353/web:80 | ok",
                "dns:///web:80?nameservers=%5B::1%5D:53,10.0.0.2 | ok",
                "dns://a/web:80?nameservers=b | nameservers: \"b\" (expected: here or after dns://, not both)"
            })
    void C11_uri_isUnderstoodOrRefused(String uri, String expected) {
        var factory = new DnsDiscoveryFactory();
        if (expected.equals("ok")) {
            factory.query(ServiceName.of("s"), URI.create(uri));
            assertThat(factory.shared(factory.shared(URI.create(uri)))).isEqualTo(factory.shared(URI.create(uri)));
        } else {
            assertThatThrownBy(() -> {
                        factory.shared(URI.create(uri));
                        factory.query(ServiceName.of("s"), URI.create(uri));
                    })
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(expected);
        }
    }

    @Test
    void C11_sharedPart_isWhatConcernsTheServers() {
        var factory = new DnsDiscoveryFactory();
        assertThat(factory.shared(URI.create("dns://10.0.0.1/a:80?tries=3&interval=5s&timeout=1s")))
                .isEqualTo(factory.shared(URI.create("dns://10.0.0.1/b:81?timeout=1s&tries=3&ipv6=true")))
                .isNotEqualTo(factory.shared(URI.create("dns://10.0.0.1/a:80?tries=2&timeout=1s")));
    }
}
