package dev.penstock.gateway;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.etcd.EtcdServer;
import dev.penstock.discovery.zookeeper.ZooKeeperServer;
import dev.penstock.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program with a file whose service names a registry in the place of endpoints; seen from outside, with real servers. */
@Timeout(180)
class RegistryServicesTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SIGTERM = 15;

    private final LoopbackBackends backends = LoopbackBackends.atAddresses(3);
    private final InProcess program = new InProcess(Map.of());
    private final int web = FreePorts.next();
    private final int admin = FreePorts.next();
    private CompletableFuture<Integer> running = CompletableFuture.completedFuture(0);

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        try {
            if (!running.isDone()) {
                program.signal(SIGTERM);
            }
            assertThat(InProcess.status(running)).as(program.err()).isZero();
        } finally {
            backends.close();
        }
    }

    /** A registry with one service, whose members are told by their addresses. */
    private interface Registry {
        void add(String address);

        void remove(String address);

        void stop();

        void start();
    }

    private void awaitAnswers(String... answers) {
        eventually(SOON, () -> {
            Set<String> seen = new TreeSet<>();
            for (int i = 0; i < 8; i++) {
                seen.add(PushedProgram.get(web));
            }
            assertThat(seen).as(program.err()).containsExactlyInAnyOrder(answers);
        });
    }

    private String state() throws IOException {
        try (var client = RawClient.connect(admin)) {
            return client.get("localhost", "/state").text();
        }
    }

    private void followsMembers(String uri, Registry registry) throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), String.format(Locale.ROOT, """
                listeners: ["127.0.0.1:%d"]
                admin: "127.0.0.1:%d"
                routes: [{service: site}]
                services:
                  site: {discover: ["%s"], balancer: round_robin}
                """, web, admin, uri));
        running = program.start("run", "-f", file.toString());
        awaitAnswers("503");
        registry.add("127.0.0.1");
        awaitAnswers("127.0.0.1");
        registry.add("127.0.0.2");
        awaitAnswers("127.0.0.1", "127.0.0.2");
        registry.remove("127.0.0.1");
        awaitAnswers("127.0.0.2");
        registry.stop();
        eventually(SOON, () -> assertThat(state()).contains("STALE"));
        awaitAnswers("127.0.0.2");
        registry.start();
        registry.add("127.0.0.3");
        awaitAnswers("127.0.0.2", "127.0.0.3");
        registry.remove("127.0.0.2");
        registry.remove("127.0.0.3");
        awaitAnswers("503");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void C11_serviceOfAFile_namesEtcd(String api) throws Exception {
        try (var etcd = EtcdServer.start(folder.resolve("etcd"))) {
            followsMembers("etcd://" + etcd.address() + "/services/site?api=" + api, new Registry() {
                @Override
                public void add(String address) {
                    etcd.put(api, "/services/site/" + address, address + ":" + backends.port());
                }

                @Override
                public void remove(String address) {
                    etcd.delete(api, "/services/site/" + address);
                }

                @Override
                public void stop() {
                    etcd.stop();
                }

                @Override
                public void start() {
                    etcd.start();
                }
            });
        }
    }

    @Test
    void C11_serviceOfAFile_namesZooKeeper() throws Exception {
        try (var zookeeper = ZooKeeperServer.start(folder.resolve("zookeeper"))) {
            followsMembers("zk://" + zookeeper.address() + "/services/site?session=2s", new Registry() {
                private String node(String address) {
                    return "/services/site/" + address;
                }

                @Override
                public void add(String address) {
                    try (var client = zookeeper.client()) {
                        client.put(
                                node(address),
                                String.format( // as Curator writes it
                                        Locale.ROOT,
                                        "{\"name\":\"site\",\"id\":\"%1$s\",\"address\":\"%1$s\",\"port\":%2$d}",
                                        address,
                                        backends.port()));
                    }
                }

                @Override
                public void remove(String address) {
                    try (var client = zookeeper.client()) {
                        client.delete(node(address));
                    }
                }

                @Override
                public void stop() {
                    zookeeper.stop();
                }

                @Override
                public void start() {
                    zookeeper.start();
                }
            });
        }
    }
}
