package dev.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentPatternTest {
    @ParameterizedTest
    @CsvSource({
        "/users/{id}/orders, /users/7/orders",
        "/users/{id}, /users/7",
        "/static/**, /static",
        "/static/**, /static/",
        "/static/**, /static/a/b/c.js",
        "/**, /",
        "/**/x, /x",
        "/**/x, /a/x/b/x",
        "/a/**/b/**/c, /a/b/b/d/c",
        "/a/**/b/c, /a/b/b/c",
        "/*, /",
        "/*.js, /app.js",
        "/a*b*c, /aXbYbZc",
        "/a*a, /aa",
        "/v*/{x}, /v1/y",
        "/a/, /a/",
        "/, /",
    })
    void matches_fitting(String pattern, String path) {
        assertThat(SegmentPattern.parse(pattern).matches(path)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/users/{id}/orders, /users//orders",
        "/users/{id}, /users/7/",
        "/users/{id}, /users",
        "/static/**, /staticx",
        "/**/x, /a/x/b",
        "/*, /a/b",
        "/*.js, /app.jsx",
        "/a*b*c, /aXcYb",
        "/a*a, /a",
        "/ab*ba, /aba",
        "/a/, /a",
        "/a, /A",
        "/**, *",
        "/**, ''",
    })
    void matches_notFitting(String pattern, String path) {
        assertThat(SegmentPattern.parse(pattern).matches(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/{", "/}", "/{}", "/{a b}", "/{a}b", "/b{a}", "/{a}/{a}", "/a**", "/***", "/{*}", "/{a}{b}"})
    void pattern_malformed_isRefusedWhereItIsMade(String pattern) {
        assertThatThrownBy(() -> new PathMatch.Pattern(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("path pattern " + pattern + ": \"")
                .hasMessageContaining("(expected: ");
    }

    @Test
    void pattern_longerThan512_isRefused() {
        String longest = "/" + "a".repeat(511);

        assertThat(SegmentPattern.parse(longest).matches(longest)).isTrue();
        assertThatThrownBy(() -> new PathMatch.Pattern(longest + "a"))
                .hasMessage("path pattern: 513 characters (expected: at most 512)");
    }

    /** Each of these takes a backtracking matcher longer than anyone waits; that the test ends is what it shows. */
    @ParameterizedTest
    @CsvSource({
        "/a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b, a, 60000",
        "/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b, a/, 30000",
        "/**/*a*a*a*a*a*a*a*a/**/*a*a*a*a*a*a*a*a/**/b, aaaaaaaa/, 7000",
        "/**/{b}/**/{c}/**/{d}/**/{e}/**/{f}/**/{g}/**/b, //, 30000",
    })
    void matches_madeToBacktrack_ends(String pattern, String part, int times) {
        String path = "/" + part.repeat(times) + "c";

        assertThat(SegmentPattern.parse(pattern).matches(path)).isFalse();
    }
}
