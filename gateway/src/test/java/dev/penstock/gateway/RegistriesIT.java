package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.consul.ConsulServer;
import dev.penstock.discovery.zookeeper.ZooKeeperServer;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What registrator writes to a real Consul and a real ZooKeeper, served by the packaged program. */
@Timeout(240)
class RegistriesIT {
    private static final EchoBackend A = EchoBackend.start("a");
    private static final EchoBackend B = EchoBackend.start("b");
    private static ConsulServer consul;
    private static ZooKeeperServer zookeeper;
    private static Packaged program;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        consul = ConsulServer.start(folder.resolve("consul"));
        zookeeper = ZooKeeperServer.start(folder.resolve("zookeeper"));
        Path file = Files.writeString(folder.resolve("registries.yaml"), """
                listeners: [{address: "127.0.0.1:0", name: web}]
                admin: off
                drain: 0s
                catalogs:
                  - {from: "consulkv://CONSUL/services?listen=127.0.0.1"}
                  - {from: "zookeeper://ZOOKEEPER/services?listen=127.0.0.1"}
                routes: [{host: web.test, service: web}]
                services:
                  web: {discover: ["consul://CONSUL/webserver-80"]}
                """.replace("CONSUL", consul.address())
                .replace("ZOOKEEPER", zookeeper.address()));
        program = Packaged.start("run", "-f", file.toString());
    }

    @AfterAll
    static void stop() {
        program.close();
        zookeeper.close();
        consul.close();
        A.close();
        B.close();
    }

    private static void await(int port, String... backends) {
        eventually(
                Packaged.SOON,
                () -> assertThat(MarathonSite.all(port)).as(program.err()).containsExactlyInAnyOrder(backends));
    }

    private static void put(String key, EchoBackend backend) {
        consul.client().setKVValue(key, backend.address());
    }

    @Test
    void E07_keysInConsul_arePorts_followed_andKeptWhileItIsGone() {
        int inside = FreePorts.next();
        int named = FreePorts.next();
        put("services/kv/h1:kv.0:" + inside, A);
        put("services/named@" + named + "/h1:named.0:80", B);
        consul.client().setKVValue("services/kv/custom", A.address());
        await(inside, "a");
        await(named, "b");
        eventually(Packaged.SOON, () -> assertThat(program.err()).contains("services/kv/custom"));
        consul.stop();
        eventually(Packaged.SOON, () -> assertThat(program.err()).contains("cannot connect"));
        await(inside, "a");
        consul.start();
        put("services/kv/h2:kv.0:" + inside, B);
        await(inside, "a", "b");
        consul.client().deleteKVValues("services/kv/");
        await(inside, "closed");
        await(named, "b");
    }

    private static String registered(EchoBackend backend, int inside) {
        return String.format(
                Locale.ROOT,
                "{\"Name\":\"zk\",\"IP\":\"127.0.0.1\",\"PublicPort\":%d,\"PrivatePort\":%d}",
                backend.port(),
                inside);
    }

    @Test
    void E07_nodesInZooKeeper_arePorts_followed_andKeptWhileItIsGone() {
        int inside = FreePorts.next();
        int named = FreePorts.next();
        try (var writer = zookeeper.client()) {
            writer.put("/services/zk/127.0.0.1:1", registered(A, inside));
            writer.put("/services/named@" + named + "/127.0.0.1:2", registered(B, 80));
            writer.put("/services/zk/no", "no JSON");
        }
        await(inside, "a");
        await(named, "b");
        eventually(Packaged.SOON, () -> assertThat(program.err()).contains("/services/zk/no"));
        zookeeper.stop();
        await(inside, "a");
        zookeeper.start();
        try (var writer = zookeeper.client()) {
            writer.put("/services/zk/127.0.0.1:3", registered(B, inside));
            await(inside, "a", "b");
            writer.delete("/services/zk");
        }
        await(inside, "closed");
        await(named, "b");
    }

    @Test
    void K13_registratorsServices_areServedUnchanged() {
        consul.register("webserver-80", "host1:web_1:80", "127.0.0.1", A.port());
        eventually(Packaged.SOON, () -> {
            try (var client = RawClient.connect(program.port("web http://127.0.0.1:"))) {
                RawResponse answer = client.get("web.test", "/");
                assertThat(answer.status()).as(program.err()).isEqualTo(200);
                assertThat(answer.echo().backend()).isEqualTo("a");
            }
        });
    }
}
