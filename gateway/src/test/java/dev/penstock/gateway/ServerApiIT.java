package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RequiresTool;
import dev.penstock.testkit.Responder;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers by file and API, by the packaged program as a process of its own. */
class ServerApiIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final EchoBackend B1 = EchoBackend.start("b1");
    private static final EchoBackend B2 = EchoBackend.start("b2");
    private static Packaged program;
    private static String api;
    private static int fromFile;

    private final List<Integer> made = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        fromFile = FreePorts.next();
        Path file = Files.writeString(
                directory.resolve("balancer.conf"), "\t[{\"address\":\"127.0.0.1:" + fromFile + "\"}]");
        program = Packaged.start("run", "-e", file.toString(), "--admin", "127.0.0.1:0");
        api = "http://127.0.0.1:" + program.port("admin http://127.0.0.1:");
    }

    @AfterAll
    static void stop() {
        program.close();
        B1.close();
        B2.close();
    }

    @AfterEach
    void removeServers() throws Exception {
        for (int port : made) {
            call("DELETE", "/server/:" + port, "");
        }
        assertThat(program.isAlive()).isTrue();
    }

    private static HttpResponse<String> call(String method, String path, String body) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(api + path))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static void done(String method, String path, String body) throws Exception {
        HttpResponse<String> response = call(method, path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
    }

    private static String upstream(EchoBackend backend) {
        return "{\"Target\":\"127.0.0.1\",\"Port\":" + backend.port() + "}";
    }

    private int create(EchoBackend... backends) throws Exception {
        int port = FreePorts.next();
        made.add(port);
        create(port, backends);
        return port;
    }

    private static void create(int port, EchoBackend... backends) throws Exception {
        List<String> upstreams = new ArrayList<>();
        for (EchoBackend backend : backends) {
            upstreams.add(upstream(backend));
        }
        done("POST", "/server", "{\"address\":\":" + port + "\",\"upstreams\":" + upstreams + "}");
    }

    /** Status and backend of one request. */
    private static String served(int port, String host, String path) throws IOException {
        try (var client = RawClient.connect(port)) {
            var response = client.get(host, path);
            return response.status() == 200 ? response.echo().backend() : String.valueOf(response.status());
        }
    }

    private static String served(int port) throws IOException {
        return served(port, "a.test", "/");
    }

    @Test
    void C01_fileWithAServerAlone_startsAListenerThatAnswers503_andTheApiReadsIt() throws Exception {
        assertThat(served(fromFile)).isEqualTo("503");
        String path = "/server/127.0.0.1:" + fromFile;
        assertThat(call("GET", path, "").body()).contains("\"address\":\"127.0.0.1:" + fromFile + "\"");
        assertThat(call("PUT", path + "/upstream", upstream(B1)).statusCode()).isEqualTo(409);
        assertThat(served(fromFile)).isEqualTo("503");
    }

    @Test
    void A03_server_servesOnceItsCreationIsAnswered() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(served(create(B1))).isEqualTo("b1");
        }
    }

    @Test
    void A04_serverThatIsReplaced_refusesNoConnectionMeanwhile() throws Exception {
        int port = create(B1);
        var over = new AtomicBoolean();
        Callable<Set<String>> loop = () -> {
            Set<String> seen = new HashSet<>();
            while (!over.get()) {
                seen.add(served(port));
            }
            return seen;
        };
        ExecutorService clients = Executors.newFixedThreadPool(2);
        try {
            List<Future<Set<String>>> loops = List.of(clients.submit(loop), clients.submit(loop));
            for (int i = 0; i < 20; i++) {
                create(port, B2);
                assertThat(served(port)).isEqualTo("b2");
                create(port, B1);
                assertThat(served(port)).isEqualTo("b1");
            }
            over.set(true);
            for (Future<Set<String>> each : loops) {
                assertThat(each.get()).isSubsetOf("b1", "b2");
            }
        } finally {
            over.set(true);
            clients.shutdownNow();
        }
    }

    @Test
    void A06_portOfAnotherProcess_is409_andNothingIsStored() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String before = call("GET", "/", "").body();
            String address = "127.0.0.1:" + taken.getLocalPort();
            HttpResponse<String> response = call("POST", "/server", "{\"address\":\"" + address + "\"}");
            assertThat(response.statusCode()).isEqualTo(409);
            assertThat(response.body()).contains("message", address);
            assertThat(call("GET", "/", "").body()).isEqualTo(before);
            assertThat(call("GET", "/server/" + address, "").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void A08_F15_deletedServer_takesNoMore_letsShortRequestsEnd_andCutsLongOnes() throws Exception {
        var released = new CountDownLatch(1);
        try (var slow = EchoBackend.start("slow", exchange -> {
            exchange.startChunked(200);
            exchange.chunk("begin");
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.endChunked();
        })) {
            int port = create(slow);
            try (var idle = RawClient.connect(port);
                    var longOne = RawClient.connect(port)) {
                longOne.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n").readHead();
                long deleted = Ticker.system().nanos();
                done("DELETE", "/server/:" + port, "");
                assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                        .isInstanceOf(ConnectException.class);
                assertThat(call("GET", "/server/:" + port, "").statusCode()).isEqualTo(404);
                assertThat(call("DELETE", "/server/:" + port, "").statusCode()).isEqualTo(404);
                idle.readToEnd();
                longOne.readToEnd();
                assertThat(Duration.ofNanos(Ticker.system().nanos() - deleted))
                        .isGreaterThanOrEqualTo(Duration.ofSeconds(3));
            }
        } finally {
            released.countDown();
        }
    }

    @Test
    void A08_F16_server_deletedAndCreatedAgain_serves_twentyTimes() throws Exception {
        int port = create(B1);
        for (int i = 0; i < 20; i++) {
            done("DELETE", "/server/:" + port, "");
            create(port, B1);
            assertThat(served(port)).isEqualTo("b1");
        }
    }

    @Test
    void A10_A12_upstreams_areUsedByTheNextRequest_andNoMoreOnceTheyAreDeleted() throws Exception {
        int port = create(B1);
        String path = "/server/:" + port + "/upstream";
        for (int i = 0; i < 10; i++) {
            done("POST", path, upstream(B2));
            assertThat(List.of(served(port), served(port))).containsExactlyInAnyOrder("b1", "b2");
            done("DELETE", path + "/127.0.0.1-" + B1.port(), "");
            assertThat(served(port) + served(port)).isEqualTo("b2b2");
            done("PUT", path, upstream(B1));
            done("DELETE", path + "/127.0.0.1-" + B2.port(), "");
            assertThat(served(port) + served(port)).isEqualTo("b1b1");
        }
        done("DELETE", path + "/127.0.0.1-" + B1.port(), "");
        assertThat(served(port)).isEqualTo("503");
    }

    @Test
    void A14_H18_H19_H21_filter_isInEffectForTheNextRequest() throws Exception {
        int port = create(B1);
        String path = "/server/:" + port + "/filter";
        done("POST", path, "{\"Hosts\":[\"www.website.com\"],\"PathPrefix\":\"/api\"}");
        assertThat(served(port, "www.website.com", "/apix?y")).isEqualTo("b1");
        assertThat(served(port, "www.website.com", "/ap")).isEqualTo("404");
        assertThat(served(port, "other.com", "/api")).isEqualTo("404");
        done("PUT", path, "{\"Schemes\":[\"https\"]}");
        assertThat(served(port, "other.com", "/")).isEqualTo("404");
        done("PUT", path, "{}");
        assertThat(served(port, "other.com", "/")).isEqualTo("b1");
    }

    @Test
    void F06_F07_fallback_standsInForAServerThatIsDownOrAnswersBadly() throws Exception {
        try (var failing = EchoBackend.start("failing", exchange -> exchange.respond(503, new byte[0]))) {
            int port = create(failing);
            assertThat(served(port)).isEqualTo("503");
            done("PUT", "/server/:" + port + "/fallback/127.0.0.1-" + B2.port(), "{}");
            assertThat(served(port)).isEqualTo("b2");
            failing.refuse();
            assertThat(served(port)).isEqualTo("b2");
            done("PUT", "/server/:" + port + "/upstream", upstream(B1));
            eventually(Packaged.SOON, () -> assertThat(served(port)).isEqualTo("b1"));
        }
    }

    @Test
    void F06_F07_F08_fallbacksOfAFile_standIn_byPriority(@TempDir Path directory) throws Exception {
        int port = FreePorts.next();
        try (var failing = EchoBackend.start("failing", exchange -> exchange.respond(503, new byte[0]))) {
            Path file = Files.writeString(
                    directory.resolve("balancer.json"),
                    "[{\"address\":\":" + port + "\",\"upstreams\":[" + upstream(failing) + "],\"fallbacks\":["
                            + upstream(B1, 2, 1) + "," + upstream(B2, 1, 1) + "]}]");
            try (var second = Packaged.start("run", "-e", file.toString(), "--admin", "127.0.0.1:0")) {
                second.port("admin http://127.0.0.1:");
                assertThat(tally(port, 20)).containsOnlyKeys("b2");
                failing.answer(Responder.fixed(404, "not here"));
                assertThat(served(port)).isEqualTo("404");
                failing.refuse();
                failing.closeConnections();
                assertThat(tally(port, 20)).containsOnlyKeys("b2");
                failing.answer(Responder.echo());
                failing.accept();
                eventually(Packaged.SOON, () -> assertThat(served(port)).isEqualTo("failing"));
                assertThat(tally(port, 20)).containsOnlyKeys("failing");
            }
        }
    }

    @Test
    void F08_fallbacks_obeyPriorityAndWeight() throws Exception {
        try (var refusing = DeadAddress.refusing()) {
            int port = FreePorts.next();
            made.add(port);
            String down = "{\"Target\":\"127.0.0.1\",\"Port\":" + refusing.port() + ",\"Priority\":1}";
            String ranked = "{\"Target\":\"127.0.0.1\",\"Port\":" + B2.port() + ",\"Priority\":2}";
            String server = "{\"address\":\":" + port + "\",\"upstreams\":[" + down + "],\"fallbacks\":";
            done("POST", "/server", server + "[" + upstream(B1, 1, 1) + "," + ranked + "]}");
            assertThat(tally(port, 20)).containsOnlyKeys("b1");
            done("POST", "/server", server + "[" + down + "," + ranked + "]}");
            assertThat(tally(port, 20)).containsOnlyKeys("b2");
            done("POST", "/server", server + "[" + upstream(B1, 1, 2) + "," + upstream(B2, 1, 1) + "]}");
            assertThat(tally(port, 300).get("b1")).isBetween(180, 220);
        }
    }

    private static String upstream(EchoBackend backend, int priority, int weight) {
        return "{\"Target\":\"127.0.0.1\",\"Port\":" + backend.port() + ",\"Priority\":" + priority + ",\"Weight\":"
                + weight + "}";
    }

    /** Who answered how many of so many requests. */
    private static Map<String, Integer> tally(int port, int requests) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            counts.merge(served(port), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void A16_bodyAbove1Mebibyte_is413AsJson() throws Exception {
        for (String path : List.of("/server", "/nope")) {
            HttpResponse<String> response = call("POST", path, " ".repeat((1 << 20) + 1));
            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(response.body()).contains("\"message\"");
        }
    }

    @Test
    void A17_sixteenClients_endInOneState_thatListenersAgreeWith() throws Exception {
        var writers = new ServerWriters(api, 4, B1, B2);
        made.addAll(writers.ports());
        PackagedSite.together(16, client -> {
            var random = new SplittableRandom(client);
            for (int i = 0; i < 100; i++) {
                writers.call(random);
            }
        });
        writers.assertConsistent();
    }

    @Test
    void A18_walkThroughOfTheDocument_worksAsItStands() throws Exception {
        RequiresTool.find("curl");
        int port = FreePorts.next();
        made.add(port);
        List<String> commands = Files.readAllLines(Path.of("..", "docs", "servers.md")).stream()
                .filter(line -> line.startsWith("curl "))
                .map(line -> line.replace("8080", String.valueOf(port))
                        .replace("http://localhost:9123", api)
                        .replace("9001", String.valueOf(B1.port())))
                .toList();
        assertThat(commands).hasSize(3);
        assertThat(run(commands.get(0))).startsWith("HTTP/1.1 204");
        assertThat(run(commands.get(1)))
                .startsWith("HTTP/1.1 200")
                .contains(String.format(Locale.ROOT, "\"address\":\":%d\"", port));
        assertThat(run(commands.get(2))).startsWith("HTTP/1.1 200").contains("b1");
    }

    private static String run(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command).isZero();
        return out;
    }
}
