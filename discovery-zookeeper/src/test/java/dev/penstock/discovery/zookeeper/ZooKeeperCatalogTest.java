package dev.penstock.discovery.zookeeper;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.CatalogFactory;
import dev.penstock.testkit.OpenedCatalog;
import dev.penstock.testkit.OpenedSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Service ports of registrator's nodes, with the real server. */
@Timeout(120)
@ExtendWith(SharedZooKeeper.class)
class ZooKeeperCatalogTest {
    private final ZooKeeperServer server;
    private final ZooKeeperServer.Client client;

    ZooKeeperCatalogTest(ZooKeeperServer server) {
        this.server = server;
        client = server.client();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private OpenedCatalog open(String path) {
        return OpenedCatalog.of(
                new ZooKeeperCatalogFactory(Map.of()), "zookeeper://" + server.address() + path + "&listen=127.0.0.1");
    }

    private static String registered(int port, int inside) {
        return String.format(
                Locale.ROOT,
                "{\"Name\":\"web\",\"IP\":\"127.0.0.1\",\"PublicPort\":%d,\"PrivatePort\":%d}",
                port,
                inside);
    }

    @Test
    void E07_nodesOfAllServices_areServicePorts_andAreFollowed() {
        try (var opened = open("/ports?session=5s")) {
            opened.awaitPorts(); // nothing is there, not even the base
            client.put("/ports/web/127.0.0.1:8001", registered(8001, 80));
            opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001]");
            client.put("/ports/web/127.0.0.1:8002", registered(8002, 80));
            client.put("/ports/shop@8000/127.0.0.1:8003", registered(8003, 80));
            opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001, 127.0.0.1:8002]", "8000/tcp shop:8000 [127.0.0.1:8003]");
            client.put("/ports/web/127.0.0.1:8002", registered(8004, 80));
            client.delete("/ports/shop@8000");
            opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001, 127.0.0.1:8004]");
            try (var other = server.client()) {
                other.putForTheSession("/ports/dies/127.0.0.1:8005", registered(8005, 7005));
                opened.awaitPorts(
                        "80/tcp web:80 [127.0.0.1:8001, 127.0.0.1:8004]", "7005/tcp dies:7005 [127.0.0.1:8005]");
            }
            client.delete("/ports/web");
            opened.awaitPorts();
        }
    }

    @Test
    void E07_whatCannotBeUsed_isSaidAndTheOthersWork() throws Exception {
        client.put("/odd/blog/a", registered(8001, 80));
        client.put("/odd/shop/a", registered(8002, 80));
        client.put("/odd/blog/no", "no JSON");
        client.put("/odd/blog/port", registered(8003, 99_999));
        client.put("/odd/curator/i1", "{\"address\":\"127.0.0.1\",\"port\":8004}");
        client.put("/odd/curator@7000/i1", "{\"address\":\"127.0.0.1\",\"port\":8004}");
        client.put("/odd/blog/folder/in", registered(8005, 80));
        client.put("/odd/secret/a", registered(8006, 7006));
        try (var opened = open("/odd?wait=1s")) {
            opened.awaitPorts(
                    "80/tcp blog:80 [127.0.0.1:8001]",
                    "7000/tcp curator:7000 [127.0.0.1:8004]",
                    "7006/tcp secret:7006 [127.0.0.1:8006]");
            assertThat(opened.report().skipped())
                    .hasSize(5)
                    .contains(
                            "node \"/odd/blog/port\": port inside: \"99999\" (expected: 1..65535)",
                            "node \"/odd/curator/i1\": port inside: \"0\" (expected: 1..65535)",
                            "service shop:80: port 80/tcp (expected: one that service blog:80 does not have)")
                    .anyMatch(line -> line.startsWith("node \"/odd/blog/no\": no JSON"))
                    .anyMatch(line -> line.startsWith("node \"/odd/blog/folder\": empty"));

            client.zookeeper().addAuthInfo("digest", "admin:secret".getBytes(StandardCharsets.UTF_8));
            client.zookeeper().setACL("/odd/secret", ZooKeeperServer.OWNER, -1); // nobody is told
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.report().skipped())
                            .hasSize(6)
                            .anyMatch(line -> line.startsWith("\"/odd/secret\": not permitted")));
            assertThat(opened.ports()).contains("7006/tcp secret:7006 [127.0.0.1:8006]");
        }
    }

    @Test
    void E07_baseThatIsRemoved_keepsThePorts_untilItIsThereAgain() {
        client.put("/gone/web/a", registered(8001, 80));
        try (var opened = open("/gone?session=5s")) {
            opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001]");
            client.removeAtOnce("/gone/web/a", "/gone/web", "/gone");
            opened.awaitProblem("\"/gone\" is not there any more");
            assertThat(opened.ports()).containsExactly("80/tcp web:80 [127.0.0.1:8001]");
            client.put("/gone/web/a", registered(8002, 80));
            opened.awaitPorts("80/tcp web:80 [127.0.0.1:8002]");
        }
    }

    @Test
    void E07_outage_keepsThePortsAndFollowsAfterwards(@TempDir Path folder) {
        try (var own = ZooKeeperServer.start(folder)) {
            try (var writer = own.client()) {
                writer.put("/services/web/a", registered(8001, 80));
            }
            try (var opened = OpenedCatalog.of(new ZkCatalogFactory(), "zk://" + own.address() + "?session=2s")) {
                opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001]");
                own.stop();
                opened.awaitProblem("cannot connect");
                assertThat(opened.ports()).containsExactly("80/tcp web:80 [127.0.0.1:8001]");
                own.start();
                try (var writer = own.client()) {
                    writer.put("/services/web/b", registered(8002, 80));
                }
                opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001, 127.0.0.1:8002]");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "zk://a.test/services?listen=10.0.0.1/x, listen",
        "zk://a.test/services?vhostPort=80, vhostPort",
        "zk://a.test:0/services, member",
        "zk://a.test/services?ssl, ssl",
        "zk://a.test/services//web, path",
        "zk://me:secret@a.test/services?nope=1, nope",
    })
    void uri_withoutSense_isRefusedWithoutItsSecret(String uri, String what) {
        assertThatThrownBy(() -> new ZkCatalogFactory().check(URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("expected: ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void schemes_both_areFound() {
        assertThat(ServiceLoader.load(CatalogFactory.class))
                .extracting(CatalogFactory::scheme)
                .contains("zk", "zookeeper");
    }
}
