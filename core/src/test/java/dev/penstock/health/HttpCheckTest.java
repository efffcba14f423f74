package dev.penstock.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCheckTest {
    @ParameterizedTest
    @CsvSource({"199, false", "200, true", "302, true", "399, true", "400, false", "503, false"})
    void expects_byDefault_2xxAnd3xx(int status, boolean expected) {
        assertThat(HttpCheck.get("/").expects(status)).isEqualTo(expected);
    }

    @Test
    void statuses_fromText_oneOrARange() {
        assertThat(HttpCheck.Statuses.parse("204")).isEqualTo(new HttpCheck.Statuses(204, 204));
        assertThat(HttpCheck.Statuses.parse("200-299")).isEqualTo(new HttpCheck.Statuses(200, 299));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "600", "2xx", "300-200", "200-", "099"})
    void statuses_fromAnotherText_areRefused(String text) {
        assertThatThrownBy(() -> HttpCheck.Statuses.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void components_outOfRange_areRefused() {
        var ok = List.of(new HttpCheck.Statuses(200, 200));
        assertThatThrownBy(() -> new HttpCheck("POST", "/", "", 0, ok, ""))
                .hasMessage("method: \"POST\" (expected: GET or HEAD)");
        assertThatThrownBy(() -> HttpCheck.get("health"))
                .hasMessage("path: \"health\" (expected: begins with /, no blank)");
        assertThatThrownBy(() -> HttpCheck.get("/a\r\nX: y")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HttpCheck("GET", "/", "a b", 0, ok, ""))
                .hasMessage("host: \"a b\" (expected: a host, no blank)");
        assertThatThrownBy(() -> new HttpCheck("HEAD", "/", "", 0, ok, "ok"))
                .hasMessage("body: \"ok\" (expected: none with method HEAD)");
        assertThatThrownBy(() -> new TcpCheck(65_536))
                .hasMessage("port: 65536 (expected: 1..65535, or 0 for that of the endpoint)");
        assertThatThrownBy(() -> CheckSpec.of(TcpCheck.OWN_PORT).withCounts(0, 3))
                .hasMessage("rise: 0 (expected: 1..100)");
        assertThatThrownBy(() -> CheckSpec.of(TcpCheck.OWN_PORT).withTimeout(Duration.ZERO))
                .hasMessage("timeout: 0 (expected: longer than 0)");
    }

    @Test
    void interval_shorterThanThatWhileFailing_isBoth() {
        CheckSpec spec = CheckSpec.of(TcpCheck.OWN_PORT).withInterval(Duration.ofSeconds(1));

        assertThat(spec.failingInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(CheckSpec.of(TcpCheck.OWN_PORT).failingInterval()).isEqualTo(Duration.ofSeconds(5));
    }
}
