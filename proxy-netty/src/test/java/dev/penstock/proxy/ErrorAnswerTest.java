package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ErrorAnswers;
import dev.penstock.service.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ErrorAnswerTest {
    @Test
    void answer_isTextWithItsReason() {
        assertThat(ErrorAnswer.UNAVAILABLE.bytes(false, true, true).toString(US_ASCII))
                .isEqualTo(String.join(
                        "\r\n",
                        "HTTP/1.1 503 Service Unavailable",
                        "Content-Type: text/plain",
                        "Content-Length: 20",
                        "Proxy-Status: penstock; error=destination_unavailable",
                        "Connection: close",
                        "",
                        "Service Unavailable\n"));
    }

    @Test
    void answer_toHeadAndWithoutReason_hasNeither() {
        assertThat(ErrorAnswer.ANSWER_TIMEOUT.bytes(true, false, false).toString(US_ASCII))
                .isEqualTo("HTTP/1.1 504 Gateway Timeout\r\nContent-Type: text/plain\r\nContent-Length: 16\r\n\r\n");
    }

    @Test
    void reasonOfAThirdParty_thatIsNoToken_isLeftOut() {
        assertThat(ErrorAnswer.of(403, "a\r\nSet-Cookie: x")
                        .bytes(false, true, false)
                        .toString(US_ASCII))
                .doesNotContain("Proxy-Status")
                .doesNotContain("Set-Cookie");
    }

    @Test
    void F10_retryAfter_isInWholeSeconds_andLeftOutWhereItIsNotKnown() {
        assertThat(ErrorAnswer.UNAVAILABLE
                        .retryAfter(Duration.ofNanos(9_000_000_001L))
                        .bytes(false, false, false)
                        .toString(US_ASCII))
                .contains("\r\nRetry-After: 10\r\n");
        assertThat(ErrorAnswer.UNAVAILABLE.retryAfter(Duration.ZERO)).isSameAs(ErrorAnswer.UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void reasonOfTheCore_hasAnAnswerOfItsStatus(Reason reason) {
        assertThat(ErrorAnswer.of(reason, ErrorAnswers.defaults()).status()).isEqualTo(reason.status());
    }
}
