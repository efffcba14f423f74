package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RequestHead;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program at the end of its means, and under churn. */
class EdgeLimitsIT {
    private static final int CLIENTS = 100;
    private static final int TRAFFIC = 4;
    private static final int PIECES = 400;

    @TempDir
    Path directory;

    /** More is asked for than there is of direct memory, and {@code buffers} lets it. */
    @Test
    void directMemory_thatIsUsedUp_costsThoseWhoUseIt_andTheProgramGoesOn() throws Exception {
        String piece = "0123456789".repeat(5_000);
        try (var backend = EchoBackend.start("B1", exchange -> {
            if (exchange.head().path().equals("/big")) {
                exchange.startChunked(200);
                for (int i = 0; i < PIECES; i++) {
                    exchange.chunk(piece);
                }
                exchange.endChunked();
            } else {
                exchange.respond(200, new byte[10]);
            }
        })) {
            Path file = Files.writeString(directory.resolve("memory.yaml"), """
                    listeners: [{address: 127.0.0.1:0, name: web, limits: {buffer: 16MiB}}]
                    admin: off
                    drain: 0s
                    buffers: 1GiB
                    routes: [{service: site}]
                    services: {site: {endpoints: BACKEND, health: {outliers: false}}}
                    """.replace("BACKEND", backend.address()));
            List<String> command = List.of(
                    Packaged.JAVA,
                    "-Xmx64m",
                    "-XX:MaxDirectMemorySize=8m",
                    "-jar",
                    Packaged.JAR,
                    "run",
                    "-f",
                    file.toString());
            List<RawClient> clients = new ArrayList<>();
            try (var program = Packaged.command(Map.of(), command)) {
                int port = program.port("web http://127.0.0.1:");
                for (int i = 0; i < CLIENTS; i++) { // who take nothing
                    var client = RawClient.connectSlowReader(port, 4 << 10);
                    clients.add(client);
                    client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
                }
                eventually(Packaged.SOON, () -> assertThat(program.err()).containsPattern("direct (buffer )?memory"));
                clients.forEach(RawClient::reset);

                eventually(Packaged.SOON, () -> {
                    try (var client = RawClient.connect(port)) {
                        assertThat(client.get("a", "/small").status()).isEqualTo(200);
                    }
                });
                for (int i = 0; i < CLIENTS; i++) {
                    try (var client = RawClient.connect(port)) {
                        assertThat(client.get("a", "/small").status()).isEqualTo(200);
                    }
                }
                program.signal("TERM");
                assertThat(program.status()).as(program.err()).isZero();
            } finally {
                clients.forEach(RawClient::close);
            }
        }
    }

    /** CVE-2022-22947, CVE-2021-44228: no text is a program, be it in the configuration or of a client. */
    @Test
    void expressions_areTextLikeAnyOther() throws Exception {
        Path made = directory.resolve("made");
        try (var backend = EchoBackend.start("B1");
                var trap = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String spring = "#{T(java.lang.Runtime).getRuntime().exec('touch " + made + "')}";
            String lookup = "${jndi:ldap://127.0.0.1:" + trap.getLocalPort() + "/a}";
            Path file = Files.writeString(directory.resolve("texts.yaml"), """
                    listeners: [{address: 127.0.0.1:0, name: web}]
                    admin: off
                    drain: 0s
                    log: {level: debug}
                    routes:
                      - service: site
                        name: "LOOKUP"
                        middleware: [{request: {set: {X-Spring: "SPRING", X-Lookup: "LOOKUP", X-Env: "$${PATH}"}}}]
                    services: {site: {endpoints: BACKEND}}
                    """.replace("SPRING", spring)
                    .replace("LOOKUP", "$" + lookup)
                    .replace("BACKEND", backend.address()));
            try (var program = Packaged.start("run", "-f", file.toString());
                    var client = RawClient.connect(program.port("web http://127.0.0.1:"))) {
                RequestHead head = client.exchange("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: " + lookup
                                + "\r\nX-Request-Id: " + spring + "\r\n\r\n")
                        .echo()
                        .head();

                assertThat(head.headers("X-Spring")).containsExactly(spring);
                assertThat(head.headers("X-Lookup")).containsExactly(lookup);
                assertThat(head.headers("X-Env")).containsExactly("${PATH}");
                assertThat(head.headers("User-Agent")).containsExactly(lookup);
                trap.setSoTimeout(500);
                assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
                assertThat(made).doesNotExist();
            }
        }
    }

    // ---- churn

    @Test
    void S11_churnAndTraffic_failNoRequest_andLeaveNothing() throws Exception {
        List<EchoBackend> backends =
                Stream.of("B1", "B2", "B3", "B4").map(EchoBackend::start).toList();
        try (var site = new PackagedSite(directory, Map.of("churn", "discover: \"CONSUL/churn\""))) {
            site.consul("churn", backends.toArray(EchoBackend[]::new));
            churn(site, backends, Duration.ofSeconds(3)); // what is made once is there
            Set<Integer> ports = backends.stream().map(EchoBackend::port).collect(Collectors.toSet());
            Vitals before = site.vitals(ports);
            long heap = site.heapKib();

            churn(site, backends, Duration.ofSeconds(5));

            eventually(Packaged.SOON, () -> site.vitals(ports).assertNotAbove(before));
            assertThat(site.heapKib()).as("KiB of heap").isLessThan(heap * 5 / 4 + 1_024);
        } finally {
            backends.forEach(EchoBackend::close);
        }
    }

    /** Endpoints that are served anyway come and go while there is traffic. */
    private static void churn(PackagedSite site, List<EchoBackend> backends, Duration time) throws Exception {
        long end = Ticker.system().nanos() + time.toNanos();
        var answered = new AtomicInteger();
        PackagedSite.together(TRAFFIC + 1, number -> {
            if (number == TRAFFIC) {
                var random = new SplittableRandom(11);
                while (Ticker.system().nanos() < end) {
                    site.put(
                            "churn",
                            backends.stream()
                                    .filter(backend -> backend == backends.get(0) || random.nextBoolean())
                                    .mapToInt(EchoBackend::port)
                                    .toArray());
                    Waiting.pause(Duration.ofMillis(50));
                }
            } else {
                traffic(site, end, answered);
            }
        });
        assertThat(answered.get()).isPositive();
        site.consul("churn", backends.toArray(EchoBackend[]::new));
    }

    private static void traffic(PackagedSite site, long end, AtomicInteger answered) throws IOException {
        while (Ticker.system().nanos() < end) {
            try (var client = site.connect()) {
                for (int i = 0; i < 50 && Ticker.system().nanos() < end; i++) {
                    assertThat(client.get("churn.test", "/").status())
                            .as(site.log())
                            .isEqualTo(200);
                    answered.incrementAndGet();
                }
            }
        }
    }
}
