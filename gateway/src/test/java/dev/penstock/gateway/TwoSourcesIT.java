package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.marathon.FakeMarathon;
import dev.penstock.discovery.marathon.Shapes;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.RequestHead;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock marathon} with a made-up Marathon and a real etcd at once, and the virtual hosts of both. */
@Timeout(240)
class TwoSourcesIT {
    private static final int VHOSTS = FreePorts.next();
    private static final String DOMAIN = ".app.example.com";
    private static final EchoBackend A = EchoBackend.start("a");
    private static final EchoBackend B = EchoBackend.start("b");
    private static final StubBackend STREAM = StubBackend.start(connection -> {
        connection.readHead();
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        connection.read(1); // the client has seen it
        connection.send("4\r\nlast\r\n0\r\n\r\n");
    });
    private static final StubBackend SOCKET = StubBackend.start(connection -> {
        connection.readHead();
        connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        while (true) {
            connection.send(connection.read(1));
        }
    });
    private static RegistratorPorts keys;
    private static MarathonSite site;
    private static FakeMarathon marathon;

    @BeforeAll
    static void start(@TempDir Path folder) {
        keys = new RegistratorPorts(folder);
        site = MarathonSite.start(
                List.of(), "-r", keys.uri("services"), "--vhost-domain=app.example.com", "--vhost-port=" + VHOSTS);
        marathon = site.marathon();
    }

    @AfterAll
    static void stop() {
        try {
            site.close();
        } finally {
            keys.close();
            A.close();
            B.close();
            STREAM.close();
            SOCKET.close();
        }
    }

    private static void deploy(String id, int servicePort, int... tasks) {
        new MarathonApp(id, servicePort, Map.of()).deploy(marathon, tasks);
    }

    @Test
    void E08_E09_bothAreLive_andThePortOfBothIsMarathons_untilItGoes() {
        int both = FreePorts.next();
        int own = FreePorts.next();
        keys.put("services/web/h1:web.0:" + both, B.address());
        keys.put("services/db/h1:db.0:" + own, B.address());
        site.await(both, "b");
        site.await(own, "b");
        deploy("/shop", both, A.port());
        site.await(both, "a"); // Marathon's wins whole
        deploy("/shop", both);
        site.await(both, "b");
        deploy("/shop", both, A.port());
        site.await(both, "a");
        keys.delete("services/db/h1:db.0:" + own);
        site.await(own, "closed");
    }

    @Test
    void E05_badEntries_areSaidOnceEach_andTheOthersWork() {
        int good = FreePorts.next();
        int sixth = FreePorts.next();
        keys.put("services/bad/custom", A.address());
        keys.put("services/bad/h1:bad.0", A.address());
        keys.put("services/bad/h1:bad.0:x99", A.address());
        keys.put("services/bad/h2:bad.0:" + good, "127.0.0.1:99999");
        keys.put("services/bad/nested/h1:bad.0:80", A.address());
        keys.put("services/six/h1:six.0:" + sixth, "[::1]:10080");
        keys.put("services/bad/h1:bad.0:" + good, A.address());
        site.await(good, "a");
        site.awaitState("[::1]:10080");
        List<String> entries =
                List.of("bad/custom\"", "bad/h1:bad.0\"", "bad/h1:bad.0:x99\"", "bad/h2:bad.0:" + good, "bad/nested");
        eventually(Packaged.SOON, () -> assertThat(site.log()).contains(entries));
        keys.put("services/bad/h3:bad.0:" + good, B.address()); // all is read again
        site.await(good, "a", "b");
        assertThat(entries).allSatisfy(entry -> assertThat(site.log()).containsOnlyOnce(entry));
    }

    @Test
    void E06_outageAndPrefixThatIsGone_keepThePorts_andAreFollowedAfterwards() {
        int stays = FreePorts.next();
        int later = FreePorts.next();
        int last = FreePorts.next();
        keys.put("services/stays/h1:stays.0:" + stays, A.address());
        site.await(stays, "a");
        keys.stop();
        eventually(Packaged.SOON, () -> assertThat(site.state()).contains("\"problem\""));
        site.await(stays, "a");
        keys.start();
        keys.put("services/later/h1:later.0:" + later, B.address());
        site.await(later, "b");
        keys.delete("services?recursive=true");
        eventually(Packaged.SOON, () -> assertThat(site.state()).contains("\"problem\""));
        site.await(stays, "a");
        keys.put("services/last/h1:last.0:" + last, B.address());
        site.await(last, "b");
        site.await(stays, "closed"); // now it is known that it is not there
    }

    private static RawResponse vhost(String host, String path, String header) throws IOException {
        try (var client = RawClient.connect(VHOSTS)) {
            return client.exchange("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + header + "\r\n");
        }
    }

    private static void awaitVhost(String host, String backend) {
        eventually(Packaged.SOON, () -> {
            RawResponse answer = vhost(host, "/", "");
            assertThat(answer.status()).as(site.log()).isEqualTo(200);
            assertThat(answer.echo().backend()).isEqualTo(backend);
        });
    }

    @Test
    void V01_V02_vhosts_leadToServicesOfBoth_toTheLowestPort_andUnknownOnesNowhere() throws Exception {
        int low = FreePorts.next();
        int high = FreePorts.next();
        int named = FreePorts.next();
        marathon.deploy(
                Shapes.host08("/product/system/service", high, low),
                Shapes.task("s", "/product/system/service", List.of(B.port(), A.port()), List.of(high, low)));
        keys.put("services/myservice/h1:my.0:" + named, B.address());
        awaitVhost("service.system.product" + DOMAIN, "a");
        awaitVhost("myservice" + DOMAIN + ":" + VHOSTS, "b");
        assertThat(vhost("nobody" + DOMAIN, "/", "").status()).isEqualTo(503);
        assertThat(vhost("nobody" + DOMAIN, "/any/path", "").status()).isEqualTo(503);
        assertThat(vhost("nobody" + DOMAIN, "/_status", "").status()).isEqualTo(200);
    }

    @Test
    void V03_H06_H07_H08_H09_headers_areThoseOfAnyRoute() throws Exception {
        int port = FreePorts.next();
        deploy("/headers", port, A.port());
        String host = "headers" + DOMAIN + ":" + VHOSTS;
        awaitVhost(host, "a");
        RequestHead plain = vhost(host, "/", "").echo().head();
        assertThat(plain.header("Host")).contains(host);
        assertThat(plain.header("X-Forwarded-For")).contains("127.0.0.1");
        assertThat(plain.header("X-Forwarded-Proto")).contains("http");
        assertThat(plain.header("X-Forwarded-Host")).contains(host);
        assertThat(plain.header("X-Forwarded-Server")).isPresent();
        assertThat(plain.header("X-Real-IP")).contains("127.0.0.1");
        RequestHead claiming = vhost(
                        host,
                        "/",
                        String.join(
                                "\r\n",
                                "X-Forwarded-For: 9.9.9.9",
                                "Connection: X-Forwarded-For",
                                "X-Forwarded-Proto: https",
                                "X-Real-IP: 9.9.9.9",
                                ""))
                .echo()
                .head();
        assertThat(claiming.header("X-Forwarded-For")).contains("9.9.9.9, 127.0.0.1");
        assertThat(claiming.header("X-Forwarded-Proto")).contains("http");
        assertThat(claiming.header("X-Real-IP")).contains("127.0.0.1");
        // H08: the port itself keeps an earlier one where its app says that it is HTTP
        new MarathonApp("/headers", port, Map.of("mode", "http")).deploy(marathon, A.port());
        eventually(Packaged.SOON, () -> {
            try (var client = RawClient.connect(port)) {
                RequestHead head = client.exchange("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n")
                        .echo()
                        .head();
                assertThat(head.header("X-Real-IP")).contains("127.0.0.1");
                assertThat(head.header("X-Forwarded-For")).contains("9.9.9.9");
            }
        });
    }

    @Test
    void V03_streamsAndUpgrades_passVhosts() throws Exception {
        deploy("/stream", FreePorts.next(), STREAM.port());
        deploy("/socket", FreePorts.next(), SOCKET.port());
        eventually(Packaged.SOON, () -> assertThat(site.state()).contains("socket" + DOMAIN, "stream" + DOMAIN));
        try (var client = RawClient.connect(VHOSTS)) {
            client.send("POST / HTTP/1.1\r\nHost: stream" + DOMAIN + "\r\nContent-Length: 1\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(new String(client.input().readNBytes(10), US_ASCII)).isEqualTo("5\r\nfirst\r\n");
            client.send("x"); // what came was not held back until the end
            assertThat(new String(client.input().readNBytes(9), US_ASCII)).isEqualTo("4\r\nlast\r\n");
        }
        try (var client = RawClient.connect(VHOSTS)) {
            client.send("GET / HTTP/1.1\r\nHost: socket" + DOMAIN + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            for (int i = 0; i < 100; i++) {
                client.send("frame");
                assertThat(new String(client.input().readNBytes(5), US_ASCII)).isEqualTo("frame");
            }
        }
    }

    @Test
    void V04_thousandServicesOfLongNames_areRouted() throws Exception {
        int services = 1_000;
        String folders = "/" + "x".repeat(60) + "/" + "y".repeat(60) + "/" + "z".repeat(60) + "/";
        for (int i = 0; i < services; i++) {
            String id = folders + String.format(Locale.ROOT, "service%09d", i);
            EchoBackend backend = i % 2 == 0 ? A : B;
            int port = FreePorts.next();
            marathon.app(Shapes.host08(id, port), Shapes.task("long" + i, id, List.of(backend.port()), List.of(port)));
        }
        marathon.event("status_update_event");
        String rest = "." + "z".repeat(60) + "." + "y".repeat(60) + "." + "x".repeat(60) + DOMAIN;
        awaitVhost("service000000999" + rest, "b");
        for (int i = 0; i < services; i++) {
            String host = String.format(Locale.ROOT, "service%09d", i) + rest;
            assertThat(vhost(host, "/", "").echo().backend()).isEqualTo(i % 2 == 0 ? "a" : "b");
        }
    }
}
