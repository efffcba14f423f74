package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.proxy.http1.Heads;
import dev.penstock.proxy.http1.RequestMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestHeadTest {
    private static RequestHead head(String method, String target, String... fields) throws RequestHead.Refused {
        return RequestHead.of(Heads.request(method, target, "HTTP/1.1", fields), "web");
    }

    private static int refusal(RequestMessage request) {
        return catchThrowableOfType(RequestHead.Refused.class, () -> RequestHead.of(request, "web"))
                .answer()
                .status();
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b?c=d?e,/a/b,c=d?e,/a/b?c=d?e",
        "http://WWW.a:80/x?y,/x,y,/x?y",
        "http://WWW.a:80,/,'',/",
        "HTTP://www.A:80?q,/,q,/?q"
    })
    void target_ofAnyForm_givesPathAndQuery(String target, String path, String query, String forwarded)
            throws Exception {
        var head = head("GET", target, "Host", "WWW.a:80");

        assertThat(head.path()).isEqualTo(path);
        assertThat(head.query()).isEqualTo(query);
        assertThat(head.message().target()).isEqualTo(forwarded);
        assertThat(head.host()).isEqualTo("www.a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "*", "http:///x", "ftp://a/", "//", "http://other/", "http://u@a/", "http://a:80/"})
    void target_thatDoesNotFitTheHost_isRefused(String target) throws Exception {
        if (target.equals("//")) {
            assertThat(head("GET", target, "Host", "a").path()).isEqualTo("//");
        } else {
            assertThat(refusal(Heads.request("GET", target, "HTTP/1.1", "Host", "a")))
                    .isEqualTo(400);
        }
    }

    @Test
    void bodyThatNoFieldTellsOf_isRefused() {
        assertThat(refusal(Heads.request(
                        "GET", "/", "HTTP/1.1", "Host", "a", "Sec-WebSocket-Key1", "1", "Sec-WebSocket-Key2", "2")))
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a,b", "u@a", "a/b", "a:x", "a:99999", "[::1", "\u00fc"})
    void H02_host_thatNoHostHas_isRefused(String host) {
        assertThat(refusal(Heads.request("GET", "/", "HTTP/1.1", "Host", host))).isEqualTo(400);
    }

    @Test
    void H02_host_thatIsMissingOrEmpty_isEmpty_whereTheVersionAllows() throws Exception {
        assertThat(head("GET", "/", "Host", "").host()).isEmpty();
        assertThat(RequestHead.of(Heads.request("GET", "/", "HTTP/1.0"), "web").host())
                .isEmpty();
        assertThat(refusal(Heads.request("GET", "/", "HTTP/1.1"))).isEqualTo(400);
        assertThat(refusal(Heads.request("GET", "/", "HTTP/1.1", "Host", "a", "Host", "a")))
                .isEqualTo(400);
    }

    @Test
    void connect_isRefused_andNoUpgradeToHttp2IsPassedOn() throws Exception {
        assertThat(refusal(Heads.request("CONNECT", "a:80", "HTTP/1.1", "Host", "a:80")))
                .isEqualTo(405);
        assertThat(head("GET", "/", "Host", "a", "Connection", "upgrade", "Upgrade", "websocket")
                        .isUpgrade())
                .isTrue();
        assertThat(head("GET", "/", "Host", "a", "Connection", "upgrade", "Upgrade", "h2c")
                        .isUpgrade())
                .isFalse();
        assertThat(head("GET", "/", "Host", "a", "Upgrade", "websocket").isUpgrade())
                .isFalse();
    }
}
