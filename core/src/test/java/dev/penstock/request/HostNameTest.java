package dev.penstock.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
    @ParameterizedTest
    @CsvSource({
        "WWW.FooBar.com, www.foobar.com",
        "www.foobar.com., www.foobar.com",
        "WWW.FooBar.com.:8080, www.foobar.com",
        "www.foobar.com:8080, www.foobar.com",
        "www.foobar.com:, www.foobar.com",
        "10.0.0.1:80, 10.0.0.1",
        "[::1]:80, [::1]",
        "[2001:DB8::A], [2001:db8::a]",
        "[::ffff:10.0.0.1]:65535, [::ffff:10.0.0.1]",
        "under_score.test, under_score.test",
        "a=b.test, a=b.test",
    })
    void H03_normalise_caseDotAndPort_areTakenOff(String header, String host) {
        assertThat(HostName.normalise(header)).isEqualTo(host);
        assertThat(HostName.normalise(host)).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "a b",
                "a,b",
                "a/b",
                "a@b",
                "user:pw@a",
                "a#",
                "a?",
                ".",
                "..",
                ".a",
                "a..",
                "a..b",
                ":80",
                ".:80",
                "a:x",
                "a:-1",
                "a:65536",
                "a:000080",
                "a:8 0",
                "::1",
                "[::1",
                "[]",
                "[:]",
                "[::1]x",
                "[::1]:x",
                "[::g]",
                "[a.b]",
                "b\u00fccher.test",
                "\u212a",
                "a\u0000b",
                "a\tb",
                "[::\u0661]",
                "[::1%25eth0]",
                "a\\b",
                "a\"b"
            })
    void normalise_malformed_isNull(String header) {
        assertThat(HostName.normalise(header)).isNull();
    }

    @Test
    void normalise_empty_isEmpty() {
        assertThat(HostName.normalise("")).isEmpty();
    }

    @Test
    void normalise_normalAlready_isTheSameObject() {
        String header = "www.example.com";

        assertThat(HostName.normalise(header)).isSameAs(header);
    }

    @Test
    void normalise_longerThan255_isNull() {
        assertThat(HostName.normalise("a".repeat(255) + ".:80")).hasSize(255);
        assertThat(HostName.normalise("a".repeat(256))).isNull();
    }
}
