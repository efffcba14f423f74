package dev.penstock.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/../",
                "/a/..",
                "/./a",
                "/a/.",
                "/%2e",
                "/%2E%2e/a",
                "/a/.%2e",
                "/a%2f..%2fb",
                "/a\\..\\b",
                "/a%5C..",
                "/..;/a",
                "/.;x",
                "/%2e%2e%3b/a"
            })
    void pathsThatSomebodyResolves_haveDots(String path) {
        assertThat(RequestPath.hasDots(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "*", "/a.b", "/...", "/.a", "/a..", "/%2e%2e%2e", "/..a/b", "/%41", "/a%2fb", "//"})
    void pathsThatNobodyResolves_haveNone(String path) {
        assertThat(RequestPath.hasDots(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a b", "/a\r\nX: y", "/a?b", "/a#b", "/../a", "/%2e%2e"})
    void pathsOfDefinitions_thatAreNone_areRefused(String path) {
        assertThatThrownBy(() -> new AddPrefix(path)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReplacePath(path)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StripPrefix(List.of(path))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\n", "\0", "\u007f", " a", "\u20ac"})
    void values_thatAreNoLine_areRefused(String value) {
        assertThatThrownBy(() -> new HeaderEdits(false, List.of(), Map.of("X", value), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "Content-Length", "transfer-encoding", "Connection", "Host", "Upgrade"})
    void names_thatAreNone_orFrameMessages_areRefused(String name) {
        assertThatThrownBy(() -> new HeaderEdits(false, List.of(name), Map.of(), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void passwords_areToldFromOthers_andShownNowhere() {
        var hash = PasswordHash.parse("pbkdf2_sha256$1000$saltsalt$C+w4bkkxux/6iuxBJHXHCpexx+t+30Y3y6nLwktObDw=");

        assertThat(hash.matches("open sesame")).isTrue();
        assertThat(hash.matches("open sesamE")).isFalse();
        assertThat(new BasicAuth("r", Map.of("ann", hash), false).toString()).doesNotContain("salt", "ann");
        for (String text : List.of(
                "open sesame",
                "{SHA}xxxx",
                "pbkdf2_sha256$1$saltsalt$C+w4bkkxux/6iuxBJHXHCpexx+t+30Y3y6nLwktObDw=",
                "$2y$05$abc")) {
            assertThatThrownBy(() -> PasswordHash.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining(text);
        }
    }
}
