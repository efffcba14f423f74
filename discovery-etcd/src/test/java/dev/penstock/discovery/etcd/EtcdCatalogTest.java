package dev.penstock.discovery.etcd;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.testkit.OpenedCatalog;
import dev.penstock.testkit.OpenedSource;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Service ports of registrator's keys, with the real server; what that does not show on demand, with a made-up one. */
@Timeout(120)
@ExtendWith(SharedEtcd.class)
class EtcdCatalogTest {
    private final EtcdServer etcd;

    EtcdCatalogTest(EtcdServer etcd) {
        this.etcd = etcd;
    }

    private static OpenedCatalog open(String uri) {
        return OpenedCatalog.of(new EtcdCatalogFactory(Map.of()), uri);
    }

    private OpenedCatalog open(String api, String path) {
        return open("etcd://" + etcd.address() + path + "?listen=127.0.0.1&api=" + api);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void E01_E02_E04_keysThatComeAndGo_areFollowed(String api) {
        try (var opened = open(api, "/ports/" + api)) {
            opened.awaitPorts();
            etcd.put(api, "/ports/" + api + "/redis/h1:redis.0:6379", "127.0.0.1:10000");
            opened.awaitPorts("6379/tcp redis:6379 [127.0.0.1:10000]");
            assertThat(opened.state().listeners())
                    .extracting(ListenerSpec::address)
                    .containsExactly("127.0.0.1:6379");
            etcd.put(api, "/ports/" + api + "/redis/h2:redis.0:6379", "[::1]:10000");
            etcd.put(api, "/ports/" + api + "/dns/h1:dns.0:53:udp", "127.0.0.1:10053");
            etcd.put(api, "/ports/" + api + "/web@8000/h1:web.0:80", "127.0.0.1:10080");
            opened.awaitPorts(
                    "6379/tcp redis:6379 [127.0.0.1:10000, [::1]:10000]",
                    "53/udp dns:53/udp [127.0.0.1:10053]",
                    "8000/tcp web:8000 [127.0.0.1:10080]");
            etcd.delete(api, "/ports/" + api + "/redis/h1:redis.0:6379");
            etcd.delete(api, "/ports/" + api + "/dns/h1:dns.0:53:udp");
            opened.awaitPorts("6379/tcp redis:6379 [[::1]:10000]", "8000/tcp web:8000 [127.0.0.1:10080]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void E01_keyThatExpires_takesItsPortAway(String api) {
        etcd.put(api, "/expires/" + api + "/stays/h1:stays.0:7001", "127.0.0.1:8001");
        try (var opened = open(api, "/expires/" + api)) {
            opened.awaitPorts("7001/tcp stays:7001 [127.0.0.1:8001]");
            etcd.put(api, "/expires/" + api + "/goes/h1:goes.0:7002", "127.0.0.1:8002");
            opened.awaitPorts("7001/tcp stays:7001 [127.0.0.1:8001]", "7002/tcp goes:7002 [127.0.0.1:8002]");
            etcd.putForASecond(api, "/expires/" + api + "/goes/h1:goes.0:7002", "127.0.0.1:8002"); // nobody renews it
            opened.awaitPorts("7001/tcp stays:7001 [127.0.0.1:8001]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void E03_E05_whatCannotBeUsed_isSaidAndTheOthersWork(String api) {
        etcd.put(api, "/odd/" + api + "/blog/h1:blog.0:80", "127.0.0.1:8001");
        etcd.put(api, "/odd/" + api + "/shop/h1:shop.0:80", "127.0.0.1:8002");
        etcd.put(api, "/odd/" + api + "/blog/custom", "127.0.0.1:8003");
        etcd.put(api, "/odd/" + api + "/blog/folder/h1:blog.0:80", "127.0.0.1:8004");
        etcd.put(api, "/odd/" + api + "/blog/h2:blog.0:80", "127.0.0.1");
        try (var opened = open(api, "/odd/" + api)) {
            opened.awaitPorts("80/tcp blog:80 [127.0.0.1:8001]");
            assertThat(opened.report().skipped())
                    .hasSize(4)
                    .anyMatch(
                            line -> line.startsWith("service shop:80: port 80/tcp (expected: one that service blog:80"))
                    .anyMatch(line -> line.startsWith("folder \"/odd/" + api + "/blog/folder\""))
                    .anyMatch(line -> line.contains("/blog/custom\": id: \"custom\" (expected: host:container:port"))
                    .anyMatch(line -> line.contains("/blog/h2:blog.0:80\": endpoint: \"127.0.0.1\""));
        }
    }

    @Test
    void E06_prefixThatIsRemoved_keepsThePorts_untilItIsThereAgain() {
        etcd.put("v2", "/gone/web/h1:web.0:80", "127.0.0.1:8001");
        try (var opened = open("v2", "/gone")) {
            opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001]");
            etcd.second("DELETE", "/v2/keys/gone?recursive=true", "text/plain", "");
            opened.awaitProblem("\"/gone/\" is not there any more");
            assertThat(opened.ports()).containsExactly("80/tcp web:80 [127.0.0.1:8001]");
            etcd.put("v2", "/gone/web/h1:web.0:80", "127.0.0.1:8002");
            opened.awaitPorts("80/tcp web:80 [127.0.0.1:8002]");
            etcd.delete("v2", "/gone/web/h1:web.0:80"); // the folder stays
            opened.awaitPorts();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void E06_outage_keepsThePortsAndFollowsAfterwards(String api, @TempDir Path folder) {
        try (var own = EtcdServer.start(folder)) {
            own.put(api, "/services/web/h1:web.0:80", "127.0.0.1:8001");
            try (var opened = open("etcd://" + own.address() + "?api=" + api)) {
                opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001]");
                own.stop();
                opened.awaitProblem("cannot connect");
                assertThat(opened.ports()).containsExactly("80/tcp web:80 [127.0.0.1:8001]");
                own.start();
                own.put(api, "/services/web/h2:web.0:80", "127.0.0.1:8002");
                opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001, 127.0.0.1:8002]");
            }
        }
    }

    @Test
    void E06_outdatedIndex_hasAllReadAgain() {
        try (var fake = FakeEtcd.start()) {
            fake.put(Map.of("/services/web/h1:web.0:80", "127.0.0.1:8001"));
            fake.script(asked -> asked.target().contains("wait=true")
                    ? FakeEtcd.Reply.of(
                            400,
                            "{\"errorCode\":401,\"message\":\"The event in requested index is outdated and cleared\"}")
                    : null);
            try (var opened = open("etcd://" + fake.address())) {
                opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001]");
                fake.put(Map.of("/services/web/h1:web.0:80", "127.0.0.1:8002"));
                opened.awaitPorts("80/tcp web:80 [127.0.0.1:8002]");
                assertThat(opened.report().skipped()).isEmpty();
            }
        }
    }

    @Test
    void E01_allServices_haveOneReadAndOneWatch() {
        try (var fake = FakeEtcd.start()) {
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < 50; i++) {
                values.put("/services/s" + i + "/h1:c.0:" + (7_000 + i), "127.0.0.1:" + (8_000 + i));
            }
            fake.put(values);
            try (var opened = open("etcd://" + fake.address())) {
                eventually(OpenedSource.LIMIT, () -> {
                    assertThat(opened.ports()).hasSize(50);
                    assertThat(fake.askedFor("wait=true")).isEqualTo(1);
                });
                assertThat(fake.asked())
                        .extracting(FakeEtcd.Asked::target)
                        .isEqualTo(List.of(
                                "/v2/keys/services?recursive=true&quorum=true",
                                "/v2/keys/services?recursive=true&wait=true&waitIndex=12"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "etcd://a.test/services?listen=10.0.0.1/x, listen",
        "etcd://a.test/services?vhostPort=80, vhostPort",
        "etcd://a.test:0/services, member",
        "etcd://a.test/services?api=v4, api",
        "etcd://a.test/services?udp, udp",
        "etcd://me:secret@a.test/services?nope=1, nope",
        "etcd:services, form",
    })
    void uri_withoutSense_isRefusedWithoutItsSecret(String uri, String what) {
        assertThatThrownBy(() -> new EtcdCatalogFactory(Map.of()).check(URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("expected: ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void scheme_isFound() {
        assertThat(ServiceLoader.load(CatalogFactory.class))
                .extracting(CatalogFactory::scheme)
                .contains("etcd");
    }
}
