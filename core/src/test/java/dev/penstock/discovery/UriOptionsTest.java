package dev.penstock.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UriOptionsTest {
    private static UriOptions of(String query) {
        return UriOptions.of(
                URI.create("stub://host" + query),
                Set.of("tag", "dc", "stale", "wait"),
                Set.of("stale"),
                Set.of("tag"));
    }

    @Test
    void values_areUnescaped_andAPlusIsAPlus() {
        UriOptions options = of("?dc=a%20b%26c+d");
        assertThat(options.text("dc")).contains("a b&c+d");
        assertThat(options.query(Set.of("dc"))).isEqualTo("dc=a%20b%26c%2Bd");
        assertThat(of("?" + options.query(Set.of("dc"))).values()).isEqualTo(options.values());
    }

    @Test
    void repeated_options_keepTheirOrder() {
        UriOptions options = of("?tag=b&wait=3s&tag=a%2Cc");
        assertThat(options.list("tag")).containsExactly("b", "a,c");
        assertThat(options.list("dc")).isEmpty();
        assertThat(options.query(Set.of("tag", "dc"))).isEqualTo("tag=b&tag=a%2Cc");
        assertThat(UriOptions.of(options.values()).list("tag")).isEqualTo(List.of("b", "a,c"));
        assertThat(options.duration("wait", Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5)))
                .hasSeconds(3);
    }

    @Test
    void flag_withoutValue_isTrue() {
        assertThat(of("?stale").flag("stale", false)).isTrue();
        assertThat(of("?stale=true").values()).isEqualTo(of("?stale").values());
        assertThat(of("?stale=false").flag("stale", true)).isFalse();
        assertThat(of("").flag("stale", true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?stalle|stale",
                "?stale=yes|stale: \"yes\" (expected: true or false)",
                "?stale=|stale: \"\" (expected: true or false)",
                "?dc|dc: \"\" (expected: dc=value)",
                "?dc=a&dc=b|dc: given twice (expected: given once)",
                "?tag=a%0Ab|(expected: tag=value)"
            })
    void malformed_options_areNamed(String query, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> of(query)).withMessageContaining(message);
    }
}
