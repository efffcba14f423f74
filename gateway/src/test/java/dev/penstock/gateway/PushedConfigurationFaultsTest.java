package dev.penstock.gateway;

import static dev.penstock.gateway.PushedProgram.CLOSED;
import static dev.penstock.gateway.PushedProgram.SOON;
import static dev.penstock.gateway.PushedProgram.get;
import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.consul.ConsulServer;
import dev.penstock.discovery.etcd.EtcdServer;
import dev.penstock.discovery.zookeeper.ZooKeeperServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real stores that come back without their data, and texts that are no good; seen from outside. */
@Timeout(180)
class PushedConfigurationFaultsTest {
    private static final String KEY = "/penstock/gateway";

    private final PushedProgram program = new PushedProgram();
    private final int port = FreePorts.next();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        program.close();
    }

    /** Forgets what a server wrote; it is down. */
    private void removeData(String server) {
        try (Stream<Path> files = Files.walk(folder.resolve(server).resolve("data"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitProblem() {
        eventually(SOON, () -> assertThat(program.problem()).isNotEmpty());
        assertThat(get(port)).isEqualTo("127.0.0.1");
    }

    @Test
    void C05_consulThatLostItsData_isReadFromTheBeginningOfItsIndex() throws Exception {
        try (var consul = ConsulServer.start(folder.resolve("consul"))) {
            for (int i = 0; i < 300; i++) { // its index is far above what it begins with anew
                consul.client().setKVValue("elsewhere", "" + i);
            }
            consul.client().setKVValue("penstock/gateway", program.servers(port, "127.0.0.1"));
            program.run(folder, "config+consulkv://" + consul.address() + KEY);
            program.awaitAnswer(port, "127.0.0.1");

            consul.stop();
            awaitProblem();
            removeData("consul");
            consul.start();
            program.awaitAnswer(port, CLOSED);
            eventually(SOON, () -> consul.client().setKVValue("penstock/gateway", program.servers(port, "127.0.0.2")));
            program.awaitAnswer(port, "127.0.0.2");
            consul.client().setKVValue("penstock/gateway", program.servers(port, "127.0.0.3"));
            program.awaitAnswer(port, "127.0.0.3");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void C06_etcdThatLostItsData_isReadFromTheBeginningOfItsRevisions(String api) throws Exception {
        try (var etcd = EtcdServer.start(folder.resolve("etcd"))) {
            for (int i = 0; i < 50; i++) {
                etcd.put(api, "/elsewhere", "" + i);
            }
            put(etcd, api, program.servers(port, "127.0.0.1"));
            program.run(folder, "config+etcd://" + etcd.address() + KEY + "?api=" + api);
            program.awaitAnswer(port, "127.0.0.1");

            etcd.stop();
            awaitProblem();
            removeData("etcd");
            etcd.start();
            program.awaitAnswer(port, CLOSED);
            put(etcd, api, program.servers(port, "127.0.0.2"));
            program.awaitAnswer(port, "127.0.0.2");
            put(etcd, api, program.servers(port, "127.0.0.3"));
            program.awaitAnswer(port, "127.0.0.3");
        }
    }

    private static void put(EtcdServer etcd, String api, String text) {
        etcd.put(api, KEY, api.equals("v2") ? URLEncoder.encode(text, StandardCharsets.UTF_8) : text);
    }

    @Test
    void C07_zookeeperThatLostItsData_isFollowedByAnotherSession() throws Exception {
        try (var zookeeper = ZooKeeperServer.start(folder.resolve("zookeeper"))) {
            try (var client = zookeeper.client()) {
                for (int i = 0; i < 50; i++) {
                    client.put("/elsewhere", "" + i);
                }
                client.put(KEY, program.servers(port, "127.0.0.1"));
            }
            program.run(folder, "config+zookeeper://" + zookeeper.address() + KEY + "?session=2s");
            program.awaitAnswer(port, "127.0.0.1");

            zookeeper.stop();
            awaitProblem();
            removeData("zookeeper");
            zookeeper.start();
            program.awaitAnswer(port, CLOSED);
            try (var client = zookeeper.client()) {
                client.put(KEY, program.servers(port, "127.0.0.2"));
                program.awaitAnswer(port, "127.0.0.2");
                client.put(KEY, program.servers(port, "127.0.0.3"));
                program.awaitAnswer(port, "127.0.0.3");
            }
        }
    }

    @Test
    void C06_textThatIsCutOffOrEmptyOrTooLong_keepsTheLastGoodOne() throws Exception {
        try (var etcd = EtcdServer.start(folder.resolve("etcd"))) {
            String good = program.servers(port, "127.0.0.1");
            put(etcd, "v3", good);
            program.run(folder, "config+etcd://" + etcd.address() + KEY);
            program.awaitAnswer(port, "127.0.0.1");
            String other = program.servers(port, "127.0.0.2");
            String document = program.document(port, "127.0.0.2");
            for (String bad : List.of(
                    other.substring(0, other.length() / 2), // half written
                    document.substring(0, document.indexOf("endpoints")),
                    "",
                    " \n",
                    "# " + "x".repeat(1 << 20) + "\n" + document)) {
                put(etcd, "v3", bad);
                eventually(
                        SOON,
                        () -> assertThat(program.skipped()).as("of %.30s", bad).isNotEmpty());
                assertThat(get(port)).as(program.skipped()).isEqualTo("127.0.0.1");
                put(etcd, "v3", good);
                eventually(SOON, () -> assertThat(program.skipped()).isEmpty());
            }
            put(etcd, "v3", other);
            program.awaitAnswer(port, "127.0.0.2");
        }
    }
}
