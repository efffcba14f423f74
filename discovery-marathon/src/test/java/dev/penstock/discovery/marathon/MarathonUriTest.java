package dev.penstock.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarathonUriTest {
    private static final ServiceName WEB = ServiceName.of("web");

    private final MarathonFactory factory = new MarathonFactory(Map.of());

    @Test
    void shared_servicesOfOneMarathon_areEqualAndQueriesAreNot() {
        URI web = URI.create("marathon://me:pass@a.test,b.test/group/web?index=1&udp&interval=5s");
        URI port = URI.create("marathon://me:pass@a.test:8080,b.test:8080?servicePort=1234&interval=5s");
        assertThat(factory.shared(web)).isEqualTo(factory.shared(port));
        assertThat(factory.shared(web)).isNotEqualTo(factory.shared(URI.create("marathon://a.test,b.test/group/web")));
        assertThat(factory.query(WEB, web))
                .isEqualTo(new ServiceQuery(WEB, "group/web", Map.of("index", "1", "udp", "true")));
        assertThat(factory.query(WEB, port)).isEqualTo(new ServiceQuery(WEB, "", Map.of("servicePort", "1234")));
    }

    @ParameterizedTest
    @CsvSource({
        "marathon://a.test:0/web, member",
        "marathon://me:se/cret@a.test/web, member",
        "marathon://@a.test/web, user",
        "marathon://a.test/web?passwordFile=/secret/file, user",
        "marathon://me@a.test/web?passwordEnv=NOT_THERE, passwordEnv",
        "marathon://a.test/web?tokenEnv=NOT_THERE, tokenEnv",
        "marathon://me:secret@a.test/web?tokenFile=/file, user and a token",
        "marathon://a.test/web?interval=1ms, interval",
        "marathon://a.test/web?silence=2h, silence",
        "marathon://a.test/web?callback=https://me/, callback",
        "marathon://a.test/web?callback=me:5090, callback",
        "marathon://a.test/web?ca=/ca.pem, ca",
        "marathon://me:secret@a.test/web?nope=1, nope",
        "marathon:web, form",
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
        "marathon://a.test, path",
        "marathon://a.test/web?servicePort=1234, path",
        "marathon://a.test/web?index=1&port=80, more than one port",
        "marathon://a.test?servicePort=0, servicePort",
        "marathon://a.test/web?index=-1, index",
    })
    void query_withoutSense_isRefused(String uri, String what) {
        assertThatThrownBy(() -> factory.query(WEB, URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("expected: ");
    }

    @Test
    void source_shownAsText_hidesItsUser() {
        var uri = MarathonUri.of(URI.create("marathon://me:pass@a.test"), Set.of());
        assertThat(MarathonSource.of(uri, Map.of())).hasToString("marathon http://a.test:8080");
    }
}
