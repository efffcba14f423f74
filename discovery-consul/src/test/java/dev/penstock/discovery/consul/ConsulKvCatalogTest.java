package dev.penstock.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.CatalogFactory;
import dev.penstock.testkit.OpenedCatalog;
import java.net.URI;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Service ports of registrator's keys, with the real agent. */
@Timeout(120)
@ExtendWith(SharedConsul.class)
class ConsulKvCatalogTest {
    private final ConsulServer consul;

    ConsulKvCatalogTest(ConsulServer consul) {
        this.consul = consul;
    }

    private OpenedCatalog open(String path) {
        return OpenedCatalog.of(
                new ConsulKvCatalogFactory(Map.of()), "consulkv://" + consul.address() + path + "?listen=127.0.0.1");
    }

    private void put(String key, String value) {
        consul.client().setKVValue(key, value);
    }

    @Test
    void E07_keysOfAllServices_areServicePorts_andAreFollowed() {
        try (var opened = open("/ports")) {
            opened.awaitPorts();
            put("ports/web/h1:web.0:80", "127.0.0.1:8001");
            opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001]");
            put("ports/web/h2:web.0:80", "[::1]:8002");
            put("ports/dns/h1:dns.0:53:udp", "127.0.0.1:8053");
            put("ports/shop@8000/h1:shop.0:80", "127.0.0.1:8003");
            opened.awaitPorts(
                    "80/tcp web:80 [127.0.0.1:8001, [::1]:8002]",
                    "53/udp dns:53/udp [127.0.0.1:8053]",
                    "8000/tcp shop:8000 [127.0.0.1:8003]");
            consul.client().deleteKVValue("ports/web/h1:web.0:80");
            consul.client().deleteKVValues("ports/shop@8000/");
            opened.awaitPorts("80/tcp web:80 [[::1]:8002]", "53/udp dns:53/udp [127.0.0.1:8053]");
            consul.client().deleteKVValues("ports/");
            opened.awaitPorts();
        }
    }

    @Test
    void E07_whatCannotBeUsed_isSaidAndTheOthersWork() {
        put("odd/", "");
        put("odd/blog/", "");
        put("odd/blog/h1:blog.0:80", "127.0.0.1:8001");
        put("odd/shop/h1:shop.0:80", "127.0.0.1:8002");
        put("odd/blog/custom", "127.0.0.1:8003");
        put("odd/blog/h2:blog.0:80", "no address");
        try (var opened = open("/odd")) {
            opened.awaitPorts("80/tcp blog:80 [127.0.0.1:8001]");
            assertThat(opened.report().skipped())
                    .hasSize(3)
                    .contains("service shop:80: port 80/tcp (expected: one that service blog:80 does not have)")
                    .anyMatch(line -> line.startsWith("key \"odd/blog/custom\": id: "))
                    .anyMatch(line -> line.startsWith("key \"odd/blog/h2:blog.0:80\": endpoint: "));
        }
    }

    @Test
    void E07_outage_keepsThePortsAndFollowsAfterwards() {
        put("services/web/h1:web.0:80", "127.0.0.1:8001");
        try (var opened = open("")) {
            opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001]");
            consul.stop();
            opened.awaitProblem("cannot connect");
            assertThat(opened.ports()).containsExactly("80/tcp web:80 [127.0.0.1:8001]");
            consul.start();
            put("services/web/h2:web.0:80", "127.0.0.1:8002");
            opened.awaitPorts("80/tcp web:80 [127.0.0.1:8001, 127.0.0.1:8002]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "consulkv://a.test/services?listen=10.0.0.1/x, listen",
        "consulkv://a.test/services?vhostPort=80, vhostPort",
        "consulkv://a.test:0/services, address",
        "consulkv://a.test/services?tag=x, tag",
        "consulkv://a.test/services?token=secret&nope=1, nope",
    })
    void uri_withoutSense_isRefusedWithoutItsSecret(String uri, String what) {
        assertThatThrownBy(() -> new ConsulKvCatalogFactory(Map.of()).check(URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("expected: ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void schemes_both_areFound() {
        assertThat(ServiceLoader.load(CatalogFactory.class))
                .extracting(CatalogFactory::scheme)
                .contains("consul", "consulkv");
    }
}
