package dev.penstock.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainRequestTest {
    @ParameterizedTest
    @CsvSource({
        "http://WWW.Example.com:8080/api?x=1&y, www.example.com, /api, x=1&y",
        "http://www.example.com, www.example.com, /, ''",
        "http://www.example.com?x, www.example.com, /, x",
        "https://[::1]:443/a%2Fb/?, [::1], /a%2Fb/, ''",
        "/api?next=http://a/b, '', /api, next=http://a/b",
        "*, '', *, ''",
    })
    void get_url_isTakenApart(String url, String host, String path, String query) {
        var request = PlainRequest.get(url);

        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.host()).isEqualTo(host);
        assertThat(request.path()).isEqualTo(path);
        assertThat(request.query()).isEqualTo(query);
        assertThat(request.tried()).isSameAs(Tried.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a b/", "http://u@a/", "api", "", "http://a/#x", "/x#y"})
    void get_malformedUrl_isRefused(String url) {
        assertThatThrownBy(() -> PlainRequest.get(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ");
    }

    @Test
    void header_anyCase_isFound() {
        var request = PlainRequest.get("/").withHeader("X-Tenant", "a").withHeader("x-tenant", "b");

        assertThat(request.header("X-TENANT")).isEqualTo("b");
        assertThat(request.header("x-other")).isNull();
    }

    @Test
    void headers_sameNameTwice_areRefused() {
        var headers = Map.of("A", "1", "a", "2");

        assertThatThrownBy(() -> new PlainRequest("", "http", "", "GET", "", "/", "", headers, Tried.NOTHING))
                .hasMessageContaining("twice (expected: one value by name)");
    }

    @Test
    void with_eachFact_changesOnlyThat() {
        var attempts = new Attempts();
        var request = PlainRequest.get("http://a/b?c")
                .withMethod("PUT")
                .withClient("10.0.0.9")
                .withListener("web")
                .withTried(attempts)
                .withHeader("h", "v");

        assertThat(request)
                .isEqualTo(
                        new PlainRequest("web", "http", "10.0.0.9", "PUT", "a", "/b", "c", Map.of("h", "v"), attempts));
    }
}
