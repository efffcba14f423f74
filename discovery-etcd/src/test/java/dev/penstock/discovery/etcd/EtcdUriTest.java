package dev.penstock.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcdUriTest {
    private final EtcdFactory factory = new EtcdFactory(Map.of());

    @Test
    void uri_whole_isTakenApart() throws Exception {
        var uri = EtcdUri.of(
                URI.create("etcd://me:p%40ss%3A+@a.test,b.test:2380,10.0.0.1/services/web?api=v2&udp"), Set.of("udp"));
        assertThat(uri.members()).isEqualTo(List.of("a.test:2379", "b.test:2380", "10.0.0.1:2379"));
        assertThat(uri.user()).isEqualTo("me");
        assertThat(uri.password(Map.of()).read()).isEqualTo("p@ss:+");
        assertThat(uri.path()).isEqualTo("services/web");
        assertThat(uri).hasToString("a.test:2379,b.test:2380,10.0.0.1:2379/services/web");
        assertThat(EtcdSource.of(uri, Map.of()).toString()).doesNotContain("p@ss", "me");
    }

    @Test
    void shared_servicesOfOneCluster_areEqualAndQueriesAreNot() {
        URI web = URI.create("etcd://me:pass@a.test,b.test/services/web?udp");
        URI shop = URI.create("etcd://me:pass@a.test:2379,b.test:2379/services/shop");
        assertThat(factory.shared(web)).isEqualTo(factory.shared(shop));
        assertThat(factory.shared(web)).isNotEqualTo(factory.shared(URI.create("etcd://a.test,b.test/services/web")));
        var service = ServiceName.of("x");
        assertThat(factory.query(service, web))
                .isEqualTo(new ServiceQuery(service, "services/web", Map.of("udp", "true")));
        assertThat(factory.query(service, shop)).isEqualTo(new ServiceQuery(service, "services/shop", Map.of()));
        assertThat(EtcdUri.of(URI.create("etcd:///services/web"), Set.of()).members())
                .containsExactly("127.0.0.1:2379");
    }

    @ParameterizedTest
    @CsvSource({
        "etcd://a.test:0/services/web, member",
        "etcd://a.test:99999/services/web, member",
        "etcd://a.test;b.test/services/web, member",
        "etcd://me:se/cret@a.test/services/web, member",
        "etcd://@a.test/services/web, user",
        "etcd://:secret@a.test/services/web, user",
        "etcd://a.test/services/web?passwordFile=/secret/file, user",
        "etcd://me@a.test/services/web?passwordEnv=NOT_THERE, passwordEnv",
        "etcd://a.test/services/web?api=v4, api",
        "etcd://a.test/services/web?wait=1ms, wait",
        "etcd://a.test/services/web?wait=1h, wait",
        "etcd://a.test/services/web?ca=/ca.pem, ca",
        "etcd://a.test/services/web?tls&cert=/c.pem, cert",
        "etcd://a.test/services/web?tls&ca=/not/there, file",
        "etcd://me:secret@a.test/services/web?nope=1, nope",
        "etcd:services, form",
    })
    void uri_withoutSense_isRefusedWithoutItsSecret(String uri, String what) {
        assertThatThrownBy(() -> factory.shared(URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("expected: ")
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("me:se");
    }

    @Test
    void members_oneIpv6Address_isTaken() {
        assertThat(EtcdUri.of(URI.create("etcd://[::1]:2380/services/web"), Set.of())
                        .members())
                .containsExactly("[::1]:2380");
    }

    @Test
    void query_withoutPath_isRefused() {
        assertThatThrownBy(() -> factory.query(ServiceName.of("x"), URI.create("etcd://a.test")))
                .hasMessageContaining("expected: a prefix and a name");
    }
}
