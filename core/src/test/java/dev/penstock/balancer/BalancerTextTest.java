package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BalancerTextTest {
    @Test
    void parse_chain_isItsLinksInOrder() {
        assertThat(BalancerText.parse("sticky(cookie=lb, path=/a/b) / zone_aware/p2c"))
                .containsExactly(
                        new BalancerText("sticky", Map.of("cookie", "lb", "path", "/a/b")),
                        new BalancerText("zone_aware", Map.of()),
                        new BalancerText("p2c", Map.of()));
        assertThat(BalancerText.parse("a(x=/)/b(y=/,z=1=2)"))
                .containsExactly(
                        new BalancerText("a", Map.of("x", "/")), new BalancerText("b", Map.of("y", "/", "z", "1=2")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "/p2c",
                "p2c/",
                "a//b",
                "p2c()",
                "p2c(",
                "p2c)",
                "(key=host)",
                "maglev(key)",
                "maglev(key=)",
                "maglev(=host)",
                "maglev(key=host",
                "maglev key=host)",
                "maglev(key=host)x",
                "maglev(key=host,,)",
                "maglev(key=host,key=path)",
                "a/b/c/d/e/f/g/h/i/j/k"
            })
    void parse_anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> BalancerText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("balancer: \"" + text + "\" (expected: ");
    }

    @Test
    void parse_endlessText_isRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> BalancerText.parse("a".repeat(1_001)))
                .hasMessage("balancer: 1001 characters (expected: 1000 at most)");
    }
}
