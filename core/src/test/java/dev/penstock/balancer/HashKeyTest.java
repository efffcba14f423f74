package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.request.PlainRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashKeyTest {
    private static final PlainRequest REQUEST = PlainRequest.get(
                    "http://www.example.com/shop/cart?user=7&xuser=8&empty=&user=9")
            .withClient("192.0.2.1")
            .withHeader("X-User", "anna")
            .withHeader("X-Empty", "")
            .withHeader("Cookie", "xsid=1; sid=42 ;sid=43; bare");

    @ParameterizedTest
    @CsvSource({
        "client, 192.0.2.1",
        "host, www.example.com",
        "path, /shop/cart",
        "header:x-user, anna",
        "cookie:sid, 42",
        "query:user, 7",
        "query:xuser, 8"
    })
    void of_partThatIsThere_isItsValue(String key, String value) {
        assertThat(HashKey.parse(key).of(REQUEST)).isEqualTo(value);
        assertThat(HashKey.parse(key)).hasToString(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "header:x-none",
                "header:x-empty",
                "cookie:id",
                "cookie:bare",
                "cookie:sid2",
                "query:use",
                "query:empty",
                "query:users"
            })
    void of_partThatIsMissingOrEmpty_isNull(String key) {
        assertThat(HashKey.parse(key).of(REQUEST)).isNull();
    }

    @Test
    void of_requestWithoutCookiesOrQuery_isNull() {
        PlainRequest bare = PlainRequest.get("http://www.example.com/");
        assertThat(HashKey.parse("cookie:sid").of(bare)).isNull();
        assertThat(HashKey.parse("query:user").of(bare)).isNull();
        assertThat(HashKey.parse("client").of(bare.withClient(""))).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "heder:x | key: \"heder\" (expected: one of client, cookie:NAME, header:NAME, host, path, query:NAME)",
                "header | key: \"header:\" (expected: a name after the colon)",
                "header: | key: \"header:\" (expected: a name after the colon)",
                "client:x | key: \"client:x\" (expected: \"client\" alone)",
                "header:a b | key: name of the header \"a b\" (expected: a token as of RFC 9110)",
                "cookie:a=b | key: name of the cookie \"a=b\" (expected: a token as of RFC 9110)"
            })
    void parse_whatIsNoKey_isRefused(String text, String message) {
        assertThatThrownBy(() -> HashKey.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
