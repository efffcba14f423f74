package dev.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostMatchTest {
    @ParameterizedTest
    @CsvSource({
        "WWW.Example.com., www.example.com",
        "*.Example.com, *.example.com",
        "*, *",
        "[::1], [::1]",
        "10.0.0.1, 10.0.0.1",
        "a_b=c.test, a_b=c.test"
    })
    void parse_wellFormed_isNormal(String text, String normal) {
        assertThat(HostMatch.parse(text).text()).isEqualTo(normal);
        assertThat(HostMatch.parse(normal)).isEqualTo(HostMatch.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "*.",
                "a.*",
                "*a.test",
                "*.*.test",
                "a:80",
                "a:",
                "[::1]:80",
                "*.[::1]",
                "::1",
                "a b",
                "a,b",
                "a/b",
                ".a",
                "a..",
                "b\u00fccher.test"
            })
    void parse_malformed_saysWhatIsExpected(String text) {
        assertThatThrownBy(() -> HostMatch.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("host: \"" + text
                        + "\" (expected: a host name without port, as in www.example.com or *.example.com)");
    }

    @Test
    void H03_constructors_takeNormalNamesOnly() {
        assertThatThrownBy(() -> new HostMatch.Exact("WWW.example.com")).hasMessageContaining("WWW.example.com");
        assertThatThrownBy(() -> new HostMatch.Below("example.com.")).hasMessageContaining("*.example.com.");
    }

    @Test
    void below_anyDepth_butNotTheDomain() {
        var below = HostMatch.parse("*.b.test");

        assertThat(below.matches("a.b.test")).isTrue();
        assertThat(below.matches("x.a.b.test")).isTrue();
        assertThat(below.matches("b.test")).isFalse();
        assertThat(below.matches(".b.test")).isFalse();
        assertThat(below.matches("ab.test")).isFalse();
        assertThat(below.matches("")).isFalse();
    }
}
