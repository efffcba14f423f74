package dev.penstock.discovery.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZooKeeperUriTest {
    private final ZooKeeperFactory factory = new ZooKeeperFactory(Map.of());

    @Test
    void shared_servicesOfOneEnsemble_areEqualWhateverTheScheme() {
        URI web = URI.create("zk://me:pass@a.test,b.test/services/web?ssl");
        URI shop = URI.create("zookeeper://me:pass@a.test:2181,b.test:2181/services/shop");
        assertThat(factory.shared(web)).isEqualTo(factory.shared(shop));
        assertThat(factory.shared(web)).isNotEqualTo(factory.shared(URI.create("zk://a.test,b.test/services/web")));
        var service = ServiceName.of("x");
        assertThat(factory.query(service, web))
                .isEqualTo(new ServiceQuery(service, "services/web", Map.of("ssl", "true")));
        assertThat(factory.query(service, shop)).isEqualTo(new ServiceQuery(service, "services/shop", Map.of()));
    }

    @Test
    void source_whole_isTakenApartAndShowsNoSecret() throws Exception {
        var uri = ZooKeeperUri.of(URI.create("zk://me:p%40ss@zk_1,b.test:2182/a/b?session=3s&wait=10s"));
        ZooKeeperSource source = ZooKeeperSource.of(uri, Map.of());
        assertThat(source.members()).containsExactly("zk_1:2181", "b.test:2182");
        assertThat(source.password().read()).isEqualTo("p@ss");
        assertThat(source.session()).isEqualTo(Duration.ofSeconds(3));
        assertThat(source.rules().relist()).isEqualTo(Duration.ofSeconds(10));
        assertThat(source).hasToString("zookeeper zk_1:2181,b.test:2182");
    }

    @ParameterizedTest
    @CsvSource({
        "zk://a.test:0/services/web, member",
        "zk://me:se/cret@a.test/services/web, member",
        "zk://:secret@a.test/services/web, user",
        "zk://a.test/services/web?passwordFile=/secret/file, user",
        "zk://a.test/services/web?session=1ms, session",
        "zk://me:secret@a.test/services/web?nope=1, nope",
        "zookeeper:services, form",
    })
    void uri_withoutSense_isRefusedWithoutItsSecret(String uri, String what) {
        assertThatThrownBy(() -> factory.shared(URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("expected: ")
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("me:se");
    }

    @ParameterizedTest
    @CsvSource({
        "zk://a.test, path: none",
        "zk://a.test/services//web, path: \"services//web\"",
        "zk://a.test/services/../web, path: \"services/../web\"",
        "zk://a.test/services/%00, path: ",
    })
    void query_ofNoService_isRefused(String uri, String what) {
        assertThatThrownBy(() -> factory.query(ServiceName.of("x"), URI.create(uri)))
                .hasMessageContaining(what)
                .hasMessageContaining("expected: ");
    }

    @Test
    void schemes_both_areFound() {
        assertThat(ServiceLoader.load(DiscoveryFactory.class))
                .extracting(DiscoveryFactory::scheme)
                .contains("zk", "zookeeper");
    }
}
