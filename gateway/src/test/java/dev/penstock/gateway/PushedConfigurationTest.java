package dev.penstock.gateway;

import static dev.penstock.gateway.PushedProgram.CLOSED;
import static dev.penstock.gateway.PushedProgram.SOON;
import static dev.penstock.gateway.PushedProgram.get;
import static dev.penstock.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.penstock.discovery.consul.ConsulServer;
import dev.penstock.discovery.etcd.EtcdServer;
import dev.penstock.discovery.zookeeper.ZooKeeperServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.file.Path;
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
    private final PushedProgram program = new PushedProgram();
    private final int port = FreePorts.next();
    private final int other = FreePorts.next();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        program.close();
    }

    private void run(String... catalogs) throws IOException {
        program.run(folder, catalogs);
    }

    private void awaitAnswer(int at, String answer) {
        program.awaitAnswer(at, answer);
    }

    private String skipped() throws IOException {
        return program.skipped();
    }

    private String servers(int at, String backend) {
        return program.servers(at, backend);
    }

    private void followsChanges(PushedProgram.Store store) throws IOException {
        run(store.uri());
        assertThat(get(port)).isEqualTo(CLOSED);
        store.put(servers(port, "127.0.0.1"));
        awaitAnswer(port, "127.0.0.1");
        store.put(program.document(port, "127.0.0.2"));
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
            var store = new PushedProgram.Store() {
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
            eventually(SOON, () -> assertThat(program.problem()).isNotEmpty());
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
            program.stop();
            followsChanges(keyOfEtcd(etcd, "v2", "?api=v2"));
        }
    }

    private static PushedProgram.Store keyOfEtcd(EtcdServer etcd, String api, String options) {
        return new PushedProgram.Store() {
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
            followsChanges(new PushedProgram.Store() {
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
            program.stop();

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
            assertThat(program.state().at("/catalogs/1").toString()).contains("127.0.0.1:" + port);
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
            eventually(SOON, () -> assertThat(program.problem()).contains("answers 404 (expected: 200)"));
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
            String text = program.document(port, "127.0.0.1")
                    .replaceAll("endpoints: .*}", "discover: \"dns://localhost:" + program.backendPort() + "\"}");
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
