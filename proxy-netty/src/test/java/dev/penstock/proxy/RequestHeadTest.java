package dev.penstock.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestHeadTest {
    private static DefaultHttpRequest request(HttpVersion version, String method, String target, String... fields) {
        var request = new DefaultHttpRequest(version, HttpMethod.valueOf(method), target);
        for (int i = 0; i < fields.length; i += 2) {
            request.headers().add(fields[i], fields[i + 1]);
        }
        return request;
    }

    private static RequestHead head(String method, String target, String... fields) throws RequestHead.Refused {
        return RequestHead.of(request(HttpVersion.HTTP_1_1, method, target, fields), "web");
    }

    private static int refusal(DefaultHttpRequest request) {
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
        assertThat(head.message().uri()).isEqualTo(forwarded);
        assertThat(head.host()).isEqualTo("www.a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "*", "http:///x", "ftp://a/", "//", "http://other/", "http://u@a/", "http://a:80/"})
    void target_thatDoesNotFitTheHost_isRefused(String target) throws Exception {
        if (target.equals("//")) {
            assertThat(head("GET", target, "Host", "a").path()).isEqualTo("//");
        } else {
            assertThat(refusal(request(HttpVersion.HTTP_1_1, "GET", target, "Host", "a")))
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+1", "-1", "1,1", "1 1", "0x1", "1234567890123456789", "\u0661"})
    void contentLength_thatIsOdd_isRefused(String length) {
        assertThat(refusal(request(HttpVersion.HTTP_1_1, "POST", "/", "Host", "a", "Content-Length", length)))
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip, chunked", "chunked, chunked", "xchunked", ""})
    void transferEncoding_otherThanChunked_isRefused(String coding) {
        assertThat(refusal(request(HttpVersion.HTTP_1_1, "POST", "/", "Host", "a", "Transfer-Encoding", coding)))
                .isEqualTo(400);
    }

    @Test
    void framing_thatCanBeReadInTwoWays_isRefused() {
        assertThat(refusal(request(
                        HttpVersion.HTTP_1_1,
                        "POST",
                        "/",
                        "Host",
                        "a",
                        "Content-Length",
                        "1",
                        "Transfer-Encoding",
                        "chunked")))
                .isEqualTo(400);
        assertThat(refusal(request(HttpVersion.HTTP_1_0, "POST", "/", "Transfer-Encoding", "chunked")))
                .isEqualTo(400);
        assertThat(refusal(request(
                        HttpVersion.HTTP_1_1,
                        "GET",
                        "/",
                        "Host",
                        "a",
                        "Sec-WebSocket-Key1",
                        "1",
                        "Sec-WebSocket-Key2",
                        "2")))
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a,b", "u@a", "a/b", "a:x", "a:99999", "[::1", "\u00fc"})
    void H02_host_thatNoHostHas_isRefused(String host) {
        assertThat(refusal(request(HttpVersion.HTTP_1_1, "GET", "/", "Host", host)))
                .isEqualTo(400);
    }

    @Test
    void H02_host_thatIsMissingOrEmpty_isEmpty_whereTheVersionAllows() throws Exception {
        assertThat(head("GET", "/", "Host", "").host()).isEmpty();
        assertThat(RequestHead.of(request(HttpVersion.HTTP_1_0, "GET", "/"), "web")
                        .host())
                .isEmpty();
        assertThat(refusal(request(HttpVersion.HTTP_1_1, "GET", "/"))).isEqualTo(400);
        assertThat(refusal(request(HttpVersion.HTTP_1_1, "GET", "/", "Host", "a", "Host", "a")))
                .isEqualTo(400);
    }

    @Test
    void connect_isRefused_andNoUpgradeToHttp2IsPassedOn() throws Exception {
        assertThat(refusal(request(HttpVersion.HTTP_1_1, "CONNECT", "a:80", "Host", "a:80")))
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
