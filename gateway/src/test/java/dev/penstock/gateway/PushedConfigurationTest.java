package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.discovery.consul.ConsulServer;
import dev.penstock.discovery.etcd.EtcdServer;
import dev.penstock.discovery.zookeeper.ZooKeeperServer;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program with definitions that stand in a store; seen from outside. */
@Timeout(180)
class PushedConfigurationTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SIGTERM = 15;
    private static final String CLOSED = "closed";
    private static final String BROKEN_OFF = "broken off"; // as when it is about to be closed

    private final LoopbackBackends backends = LoopbackBackends.atAddresses(3);
    private final InProcess program = new InProcess(Map.of());
    private final int port = FreePorts.next();
    private final int other = FreePorts.next();
    private final int admin = FreePorts.next();
    private CompletableFuture<Integer> running = CompletableFuture.completedFuture(0);

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        stop();
        backends.close();
    }

    private void stop() throws Exception {
        if (!running.isDone()) {
            program.signal(SIGTERM);
        }
        assertThat(InProcess.status(running)).as(program.err()).isZero();
    }

    private void run(String... catalogs) throws IOException {
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"),
                "admin: \"127.0.0.1:" + admin + "\"\ncatalogs: [\"" + String.join("\", \"", catalogs) + "\"]\n");
        running = program.start("run", "-f", file.toString());
        eventually(SOON, () -> assertThat(program.out()).as(program.err()).startsWith("penstock "));
    }

    /** What answers at a port. */
    private static String get(int at) {
        try (var client = RawClient.connect(at)) {
            var response = client.get("any.test", "/");
            return response.status() == 200 ? response.text() : "" + response.status();
        } catch (UncheckedIOException e) {
            return e.getCause() instanceof ConnectException ? CLOSED : BROKEN_OFF;
        } catch (IOException e) {
            return BROKEN_OFF;
        }
    }

    private void awaitAnswer(int at, String answer) {
        eventually(SOON, () -> assertThat(get(at)).as(() -> catalogs()).isEqualTo(answer));
    }

    private String catalogs() {
        try {
            return state().path("catalogs").toString();
        } catch (IOException | UncheckedIOException e) {
            return e.toString();
        }
    }

    private String skipped() throws IOException {
        return state().at("/catalogs/0/skipped/0").asText();
    }

    private JsonNode state() throws IOException {
        try (var client = RawClient.connect(admin)) {
            return new ObjectMapper().readTree(client.get("localhost", "/state").text());
        }
    }

    /** The form of balancer. */
    private String servers(int at, String backend) {
        return String.format(Locale.ROOT, """
                [{"address": "127.0.0.1:%d",
                  "upstreams": [{"Target": "%s", "Port": %d}]}]
                """, at, backend, backends.port());
    }

    /** Our own form. */
    private String document(int at, String backend) {
        return String.format(Locale.ROOT, """
                listeners: [{address: "127.0.0.1:%d", name: pushed}]
                routes: [{service: site, listeners: [pushed]}]
                services:
                  site: {endpoints: ["%s:%d"]}
                """, at, backend, backends.port());
    }

    /** A store that holds one text. */
    private interface Store {
        String uri();

        void put(String text);

        void delete();
    }

    private void followsChanges(Store store) throws IOException {
        run(store.uri());
        assertThat(get(port)).isEqualTo(CLOSED);
        store.put(servers(port, "127.0.0.1"));
        awaitAnswer(port, "127.0.0.1");
        store.put(document(port, "127.0.0.2"));
        awaitAnswer(port, "127.0.0.2");

        store.put("listeners:\n  - address: nowhere\n");
        eventually(SOON, () -> assertThat(skipped()).contains("gateway:2:5: listeners[0].address: \"nowhere\""));
        assertThat(get(port)).isEqualTo("127.0.0.2");
        store.put(servers(port, "127.0.0.1").replace("Target", "Target\uFFFD"));
        eventually(SOON, () -> assertThat(skipped()).contains("gateway: not a text (expected: UTF-8)"));
        assertThat(get(port)).isEqualTo("127.0.0.2");
        store.put("admin: \"off\"\n");
        eventually(SOON, () -> assertThat(skipped()).contains("gateway:1:1: admin: "));
        assertThat(get(port)).isEqualTo("127.0.0.2");

        store.put(servers(port, "127.0.0.3"));
        awaitAnswer(port, "127.0.0.3");
        store.delete();
        awaitAnswer(port, CLOSED);
        store.put(servers(port, "127.0.0.1"));
        awaitAnswer(port, "127.0.0.1");
    }

    @Test
    void C05_keyOfConsul_isFollowed_andALostConsulChangesNothing() throws IOException {
        try (var consul = ConsulServer.start(folder.resolve("consul"))) {
            var store = new Store() {
                @Override
                public String uri() {
                    return "config+consulkv://" + consul.address() + "/penstock/gateway";
                }

                @Override
                public void put(String text) {
                    consul.client().setKVValue("penstock/gateway", text);
                }

                @Override
                public void delete() {
                    consul.client().deleteKVValue("penstock/gateway");
                }
            };
            followsChanges(store);

            consul.stop();
            eventually(
                    SOON,
                    () -> assertThat(state().at("/catalogs/0/problem").asText()).isNotEmpty());
            assertThat(get(port)).isEqualTo("127.0.0.1");
            consul.start();
            eventually(SOON, () -> store.put(servers(port, "127.0.0.2")));
            awaitAnswer(port, "127.0.0.2");
        }
    }

    @Test
    void C06_keyOfEtcd_isFollowed_byEitherApi() throws Exception {
        try (var etcd = EtcdServer.start(folder.resolve("etcd"))) {
            followsChanges(keyOfEtcd(etcd, "v3", ""));
            stop();
            followsChanges(keyOfEtcd(etcd, "v2", "?api=v2"));
        }
    }

    private static Store keyOfEtcd(EtcdServer etcd, String api, String options) {
        return new Store() {
            @Override
            public String uri() {
                return "config+etcd://" + etcd.address() + "/penstock/gateway" + options;
            }

            @Override
            public void put(String text) {
                etcd.put(api, "/penstock/gateway", api.equals("v2") ? URLEncoder.encode(text, UTF_8) : text);
            }

            @Override
            public void delete() {
                etcd.delete(api, "/penstock/gateway");
            }
        };
    }

    @Test
    void C07_nodeOfZooKeeper_isFollowed_andSoAreThoseBelowOne() throws Exception {
        try (var zookeeper = ZooKeeperServer.start(folder.resolve("zookeeper"));
                var client = zookeeper.client()) {
            followsChanges(new Store() {
                @Override
                public String uri() {
                    return "config+zookeeper://" + zookeeper.address() + "/penstock/gateway";
                }

                @Override
                public void put(String text) {
                    client.put("/penstock/gateway", text);
                }

                @Override
                public void delete() {
                    client.delete("/penstock/gateway");
                }
            });
            stop();

            client.put("/servers/one", servers(port, "127.0.0.1"));
            client.put("/servers/two", servers(other, "127.0.0.2"));
            run("config+zookeeper://" + zookeeper.address() + "/servers/");
            awaitAnswer(port, "127.0.0.1");
            awaitAnswer(other, "127.0.0.2");
            client.put("/servers/two", "[{"); // which is no fault of the other
            client.put("/servers/one", servers(port, "127.0.0.3"));
            awaitAnswer(port, "127.0.0.3");
            assertThat(get(other)).isEqualTo("127.0.0.2");
            client.delete("/servers/two");
            awaitAnswer(other, CLOSED);
            assertThat(get(port)).isEqualTo("127.0.0.3");
        }
    }

    @Test
    void C10_sameAddressInTwoStores_isTheFirstOnes_andTheOtherTakesOver() throws IOException {
        try (var consul = ConsulServer.start(folder.resolve("consul"))) {
            consul.client().setKVValue("first", servers(port, "127.0.0.1"));
            consul.client()
                    .setKVValue(
                            "second",
                            servers(port, "127.0.0.2").replace("]}]", "]},")
                                    + servers(other, "127.0.0.3").substring(1));
            run(
                    "config+consulkv://" + consul.address() + "/first",
                    "config+consulkv://" + consul.address() + "/second");
            awaitAnswer(port, "127.0.0.1");
            awaitAnswer(other, "127.0.0.3");
            assertThat(state().at("/catalogs/1").toString()).contains("127.0.0.1:" + port);
            consul.client().deleteKVValue("first");
            awaitAnswer(port, "127.0.0.2");
            consul.client().setKVValue("first", servers(port, "127.0.0.1"));
            awaitAnswer(port, "127.0.0.1");
        }
    }

    @Test
    void textOfAServer_isFetchedByItsTag_andKeptWhileTheServerFails() throws Exception {
        var text = new AtomicReference<>(servers(port, "127.0.0.1"));
        var unchanged = new AtomicInteger();
        var failing = new AtomicBoolean();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/penstock.json", exchange -> {
            String now = text.get();
            String tag = "\"" + Integer.toHexString(now.hashCode()) + "\"";
            exchange.getResponseHeaders().set("ETag", tag);
            if (failing.get()) {
                exchange.sendResponseHeaders(404, -1);
            } else if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                unchanged.incrementAndGet();
                exchange.sendResponseHeaders(304, -1);
            } else {
                byte[] bytes = now.getBytes(UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
            exchange.close();
        });
        server.start();
        try {
            run("config+http://127.0.0.1:" + server.getAddress().getPort() + "/penstock.json?version=1#every=100ms");
            awaitAnswer(port, "127.0.0.1");
            eventually(SOON, () -> assertThat(unchanged.get()).isGreaterThan(2));
            text.set(servers(port, "127.0.0.2"));
            awaitAnswer(port, "127.0.0.2");
            failing.set(true);
            eventually(
                    SOON,
                    () -> assertThat(state().at("/catalogs/0/problem").asText())
                            .contains("answers 404 (expected: 200)"));
            assertThat(get(port)).isEqualTo("127.0.0.2");
            text.set(servers(port, "127.0.0.3"));
            failing.set(false);
            awaitAnswer(port, "127.0.0.3");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void servicesThatARemoteTextHasDiscovered_areRefusedUnlessTheirSchemeIsAllowed() throws IOException {
        try (var consul = ConsulServer.start(folder.resolve("consul"))) {
            String text = document(port, "127.0.0.1")
                    .replaceAll("endpoints: .*}", "discover: \"dns://localhost:" + backends.port() + "\"}");
            consul.client().setKVValue("penstock", text);
            String uri = "config+consulkv://" + consul.address() + "/penstock";
            run(uri);
            eventually(
                    SOON,
                    () -> assertThat(skipped())
                            .contains("services.site.discover: \"dns\" (expected: endpoints alone, or #sources=dns"));
            assertThat(get(port)).isEqualTo(CLOSED);
        }
    }
}
