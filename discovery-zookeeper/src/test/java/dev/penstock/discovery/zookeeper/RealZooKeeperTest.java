package dev.penstock.discovery.zookeeper;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real server: what is written is found, and follows. The tests share it, each with paths of its own. */
@Timeout(120)
@ExtendWith(SharedZooKeeper.class)
class RealZooKeeperTest {
    private final ZooKeeperServer server;
    private final ZooKeeperServer.Client client;

    RealZooKeeperTest(ZooKeeperServer server) {
        this.server = server;
        client = server.client();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private OpenedSource open(String path) {
        return OpenedSource.of(new ZooKeeperFactory(Map.of()), "web", "zk://" + server.address() + path);
    }

    private static String registered(int port) {
        return String.format(
                Locale.ROOT, "{\"Name\":\"web\",\"IP\":\"127.0.0.1\",\"PublicPort\":%d,\"PrivatePort\":80}", port);
    }

    private static String instance(int port, boolean enabled) {
        return String.format(
                Locale.ROOT,
                "{\"name\":\"web\",\"id\":\"i%d\",\"address\":\"127.0.0.1\",\"port\":%d,\"enabled\":%b}",
                port,
                port,
                enabled);
    }

    @Test
    void E07_registratorsNodes_comeAndGo_areFollowed() {
        try (var opened = open("/follow/web")) {
            opened.await(ServiceState.Absent.class); // nothing is there, not even the folder
            client.put("/follow/web/127.0.0.1:8001", registered(8001));
            opened.awaitReady("127.0.0.1:8001");
            client.put("/follow/web/127.0.0.1:8002", registered(8002));
            client.put("/follow/webshop/127.0.0.1:9999", registered(9999));
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            client.put("/follow/web/127.0.0.1:8002", registered(8003));
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8003");
            client.delete("/follow/web");
            opened.await(ServiceState.Absent.class);
            client.put("/follow/web/127.0.0.1:8004", registered(8004));
            opened.awaitReady("127.0.0.1:8004");
        }
    }

    @Test
    void instancesOfCurator_thatAreDisabled_drain() {
        client.put("/curator/web/i8001", instance(8001, true));
        client.put("/curator/web/i8002", instance(8002, true));
        try (var opened = open("/curator/web")) {
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            client.put("/curator/web/i8002", instance(8002, false));
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.endpoints())
                            .filteredOn(endpoint -> endpoint.phase() == Phase.DRAINING)
                            .extracting(Endpoint::port)
                            .containsExactly(8002));
        }
    }

    @Test
    void badNodes_areSkippedOneByOneAndTheOthersWork() throws Exception {
        client.put("/bad/web/no", "no JSON");
        client.put("/bad/web/port", registered(99_999));
        client.put("/bad/web/folder/in", registered(7777));
        client.put("/bad/web/large", registered(8001).replace("}", " ".repeat(70_000) + "}"));
        client.put("/bad/web/secret", registered(8009));
        client.zookeeper().addAuthInfo("digest", "admin:secret".getBytes(StandardCharsets.UTF_8));
        client.zookeeper().setACL("/bad/web/secret", ZooKeeperServer.OWNER, -1);
        client.put("/bad/web/good", registered(8001));
        client.put("/bad/web/good-too", instance(8002, true));
        try (var opened = open("/bad/web")) {
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            assertThat(opened.watch().skipped())
                    .hasSize(5)
                    .allMatch(sentence -> sentence.startsWith("node \"/bad/web/"))
                    .anyMatch(sentence -> sentence.contains("folder\": empty"))
                    .anyMatch(sentence -> sentence.contains("large\": 70"))
                    .anyMatch(sentence -> sentence.contains("secret\": not permitted"));
        }
    }

    @Test
    void registrant_thatDies_isForgottenWhenItsSessionEnds() {
        client.put("/dies/web/stays", registered(8001));
        try (var opened = open("/dies/web")) {
            try (var other = server.client()) {
                other.putForTheSession("/dies/web/goes", registered(8002));
                opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            }
            opened.awaitReady("127.0.0.1:8001");
        }
    }

    @Test
    void members_firstOneDead_theNextAnswers() {
        client.put("/members/web/a", registered(8001));
        try (var dead = DeadAddress.refusing();
                var opened = OpenedSource.of(
                        new ZooKeeperFactory(Map.of()),
                        "web",
                        "zookeeper://" + dead.address() + "," + server.address() + "/members/web")) {
            opened.awaitReady("127.0.0.1:8001");
        }
    }

    @Test
    void members_allDead_areSaidSo() {
        try (var dead = DeadAddress.refusing();
                var opened = OpenedSource.of(
                        new ZkFactory(), "web", "zk://" + dead.address() + "/services/web?session=1s")) {
            opened.await(ServiceState.Failed.class);
            assertThat(opened.problem()).contains("cannot connect");
        }
    }

    @Test
    void sessionThatExpired_isBegunAnewAndFollowsOn() throws Exception {
        client.put("/expiry/web/a", registered(8001));
        URI uri = URI.create("zk://" + server.address() + "/expiry/web?session=1s");
        var query = new ServiceQuery(ServiceName.of("web"), "expiry/web", Map.of());
        var discovery = new AtomicReference<ZooKeeperDiscovery>();
        try (var opened = OpenedSource.of(
                context -> {
                    discovery.set(new ZooKeeperDiscovery(ZooKeeperSource.of(ZooKeeperUri.of(uri), Map.of()), context));
                    return discovery.get();
                },
                query)) {
            opened.awaitReady("127.0.0.1:8001");
            ZooKeeper first = discovery.get().session().connected().get(30, TimeUnit.SECONDS);
            // who ends a session that another holds, too, has the server say that it is expired
            server.client(first.getSessionId(), first.getSessionPasswd()).close();
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(discovery
                                    .get()
                                    .session()
                                    .connected()
                                    .get(30, TimeUnit.SECONDS)
                                    .getSessionId())
                            .isNotEqualTo(first.getSessionId()));
            client.put("/expiry/web/b", registered(8002));
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            assertThat(opened.states()).allMatch(state -> !state.endpoints().isEmpty());
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(first.getState().isAlive()).isFalse());
        }
    }

    @Test
    void E07_changeOfOneNode_hasThatNodeReadAlone(@TempDir Path folder) throws Exception {
        int nodes = 500;
        int few = nodes / 2; // reads of what changed, and pings; all nodes again would be one for each
        try (var own = ZooKeeperServer.start(folder);
                var writer = own.client()) {
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < nodes; i++) {
                values.put("n" + i, registered(8_001 + i));
            }
            writer.folders("/count/web");
            writer.add("/count/web", values);
            try (var opened = OpenedSource.of(
                    new ZooKeeperFactory(Map.of()), "web", "zk://" + own.address() + "/count/web?wait=1h")) {
                awaitPorts(opened, 8_001, nodes);
                long before = own.received();
                assertThat(before).isGreaterThan(nodes);
                writer.put("/count/web/n0", registered(9_001));
                awaitPorts(opened, 9_001, nodes);
                writer.put("/count/web/more", registered(9_002));
                awaitPorts(opened, 9_002, nodes + 1);
                writer.delete("/count/web/n1");
                awaitPorts(opened, 9_002, nodes);
                assertThat(own.received() - before).isLessThan(few);

                own.stop(); // its session is told of nothing meanwhile: all is read again
                own.start();
                eventually(OpenedSource.LIMIT, () -> assertThat(own.received()).isGreaterThan(nodes));
                try (var later = own.client()) {
                    later.put("/count/web/n2", registered(9_003));
                }
                awaitPorts(opened, 9_003, nodes);
            }
        }
    }

    private static void awaitPorts(OpenedSource opened, int port, int count) {
        eventually(
                OpenedSource.LIMIT,
                () -> assertThat(opened.endpoints())
                        .hasSize(count)
                        .extracting(Endpoint::port)
                        .contains(port));
    }

    @Test
    void user_whoMayRead_isServedAndOthersAreToldWhy(@TempDir Path folder) throws Exception {
        client.folders("/guarded");
        client.zookeeper().addAuthInfo("digest", "reader:s3cret".getBytes(StandardCharsets.UTF_8));
        client.zookeeper().create("/guarded/web", new byte[0], ZooKeeperServer.OWNER, CreateMode.PERSISTENT);
        client.zookeeper()
                .create(
                        "/guarded/web/a",
                        registered(8001).getBytes(StandardCharsets.UTF_8),
                        ZooKeeperServer.OWNER,
                        CreateMode.PERSISTENT);
        String host = "@" + server.address() + "/guarded/web";
        Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
        var factory = new ZooKeeperFactory(Map.of("SECRET", "s3cret"));
        try (var right = OpenedSource.of(factory, "web", "zk://reader:s3cret" + host);
                var byFile = OpenedSource.of(factory, "web", "zk://reader" + host + "?passwordFile=" + file);
                var byVariable = OpenedSource.of(factory, "web", "zk://reader" + host + "?passwordEnv=SECRET");
                var wrong = OpenedSource.of(factory, "web", "zk://reader:wr0ng" + host);
                var none = open("/guarded/web")) {
            right.awaitReady("127.0.0.1:8001");
            byFile.awaitReady("127.0.0.1:8001");
            byVariable.awaitReady("127.0.0.1:8001");
            wrong.await(ServiceState.Failed.class);
            assertThat(wrong.problem())
                    .contains("/guarded/web", "not permitted")
                    .doesNotContain("wr0ng");
            none.await(ServiceState.Failed.class);
            assertThat(none.problem()).contains("not permitted");
        }
    }

    @Test
    void T09_nodes_moreThanAreRead_areAnError() {
        client.put("/many/web/a", registered(1_000));
        for (int part = 0; part < 10; part++) {
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < 1_000; i++) {
                values.put("n" + part + "-" + i, registered(1_001 + part * 1_000 + i));
            }
            client.add("/many/web", values);
        }
        try (var opened = open("/many/web")) {
            opened.await(ServiceState.Failed.class);
            assertThat(opened.problem()).contains("10001 nodes (expected: 10000 at most)");
            client.delete("/many/web/a");
            opened.await(ServiceState.Ready.class);
            assertThat(opened.endpoints()).hasSize(10_000);
        }
    }

    @Test
    void outage_keepsTheListAndFollowsAfterwards(@TempDir Path folder) {
        try (var own = ZooKeeperServer.start(folder)) {
            try (var writer = own.client()) {
                writer.put("/outage/web/a", registered(8001));
            }
            try (var opened = OpenedSource.of(
                    new ZooKeeperFactory(Map.of()), "web", "zk://" + own.address() + "/outage/web?session=2s")) {
                opened.awaitReady("127.0.0.1:8001");
                own.stop();
                opened.await(ServiceState.Stale.class);
                assertThat(opened.endpoints()).hasSize(1);
                assertThat(opened.problem()).contains("cannot connect");
                own.start();
                try (var writer = own.client()) {
                    writer.put("/outage/web/b", registered(8002));
                }
                opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            }
        }
    }

    /** It turns those away who have seen more of it than it has now, so that no session of theirs ever expires. */
    @Test
    void serverThatLostItsData_isFollowedByANewSession(@TempDir Path folder) throws Exception {
        try (var own = ZooKeeperServer.start(folder)) {
            try (var writer = own.client()) {
                writer.put("/lost/web/a", registered(8001));
            }
            try (var opened = OpenedSource.of(
                    new ZooKeeperFactory(Map.of()), "web", "zk://" + own.address() + "/lost/web?session=2s")) {
                opened.awaitReady("127.0.0.1:8001");
                own.stop();
                try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
                own.start();
                try (var writer = own.client()) {
                    writer.put("/lost/web/b", registered(8002));
                }
                opened.awaitReady("127.0.0.1:8002");
            }
        }
    }

    /** A text that is changed while nobody watches it, since the session has just expired, is found all the same. */
    @ParameterizedTest
    @CsvSource({"/text/a, /text/a", "/texts/, /texts/a"})
    void C07_textThatChangesAsTheSessionExpires_isNotLost(String key, String node) throws Exception {
        client.put(node, "before");
        URI uri = URI.create("zk://" + server.address() + "?session=1s");
        try (var threads = ControlThreads.create();
                var keys = new ZooKeeperKeys(
                        ZooKeeperSource.of(ZooKeeperUri.of(uri), Map.of()),
                        new DiscoveryContext(Ticker.system(), threads, Randomness.system()))) {
            List<String> told = new CopyOnWriteArrayList<>();
            keys.watch(key, state -> told.add(state.values().getOrDefault(node, "none")));
            eventually(OpenedSource.LIMIT, () -> assertThat(told).endsWith("before"));
            for (int i = 0; i < 5; i++) {
                String text = "after " + i;
                ZooKeeper session = keys.session().connected().get(30, TimeUnit.SECONDS);
                server.client(session.getSessionId(), session.getSessionPasswd())
                        .close();
                client.put(node, text);
                eventually(OpenedSource.LIMIT, () -> assertThat(told).endsWith(text));
            }
            assertThat(told).doesNotContain("none");
        }
    }

    @Test
    void close_whileNobodyAnswers_endsTheClientsThreads() {
        try (var dead = DeadAddress.refusing()) {
            OpenedSource opened = OpenedSource.of(new ZkFactory(), "web", "zk://" + dead.address() + "/services/web");
            String mark = "(" + dead.address() + ")";
            eventually(OpenedSource.LIMIT, () -> assertThat(clients()).anyMatch(name -> name.contains(mark)));
            opened.close();
            eventually(OpenedSource.LIMIT, () -> assertThat(clients()).noneMatch(name -> name.contains(mark)));
        }
    }

    private static Iterable<String> clients() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("SendThread"))
                .toList();
    }
}
