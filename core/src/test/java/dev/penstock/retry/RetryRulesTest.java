package dev.penstock.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.time.Randomness;
import java.time.Duration;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryRulesTest {
    private static final RetrySpec SPEC = RetrySpec.defaults();

    private static Failed failed(Failure failure, String method, boolean repeatable, int attempts) {
        return new Failed(failure, 0, method, repeatable, attempts, Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PATCH", "ANYTHING"})
    void judge_nothingWasSent_anyMethodIsTriedAgain(String method) {
        assertThat(RetryRules.judge(SPEC, failed(Failure.CONNECT, method, false, 1)))
                .isEqualTo(Verdict.RETRY);
    }

    /** RFC 9110, 9.2.2. */
    @ParameterizedTest
    @CsvSource({
        "GET, RETRY",
        "HEAD, RETRY",
        "OPTIONS, RETRY",
        "TRACE, RETRY",
        "PUT, RETRY",
        "DELETE, RETRY",
        "POST, METHOD",
        "PATCH, METHOD",
        "get, METHOD",
        "LOCK, METHOD"
    })
    void F03_judge_mayHaveArrived_onlyIdempotentMethodsAreRepeated(String method, Verdict expected) {
        for (Failure failure : new Failure[] {Failure.BROKEN, Failure.TIMEOUT}) {
            assertThat(RetryRules.judge(SPEC, failed(failure, method, true, 1))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BROKEN", "TIMEOUT"})
    void judge_mayHaveArrivedAndIsNotKept_isNotRepeated(Failure failure) {
        assertThat(RetryRules.judge(SPEC, failed(failure, "PUT", false, 1))).isEqualTo(Verdict.BODY);
    }

    @Test
    void F02_judge_attempts_areBounded() {
        for (int most = 1; most <= 10; most++) {
            RetrySpec spec = SPEC.withAttempts(most);
            for (Failure failure : new Failure[] {Failure.CONNECT, Failure.BROKEN, Failure.TIMEOUT}) {
                assertThat(RetryRules.judge(spec, failed(failure, "GET", true, most)))
                        .isEqualTo(Verdict.ATTEMPTS);
                if (most > 1) {
                    assertThat(RetryRules.judge(spec, failed(failure, "GET", true, most - 1)))
                            .isEqualTo(Verdict.RETRY);
                }
            }
        }
        assertThat(SPEC.attempts()).isEqualTo(3);
    }

    @Test
    void judge_status_isRepeatedOnlyIfAskedFor() {
        var unavailable = new Failed(Failure.STATUS, 503, "GET", true, 1, Long.MAX_VALUE);
        var notFound = new Failed(Failure.STATUS, 404, "GET", true, 1, Long.MAX_VALUE);
        RetrySpec asked = SPEC.withWhen(SPEC.when().withStatuses(502, 503, 504));
        assertThat(RetryRules.judge(SPEC, unavailable)).isEqualTo(Verdict.FAILURE);
        assertThat(RetryRules.judge(asked, unavailable)).isEqualTo(Verdict.RETRY);
        assertThat(RetryRules.judge(asked, notFound)).isEqualTo(Verdict.FAILURE);
    }

    @Test
    void judge_failureThatIsNotAmongThoseAskedFor_isNotRepeated() {
        RetrySpec connectOnly = SPEC.withWhen(SPEC.when().withFailures(Set.of(Failure.CONNECT)));
        assertThat(RetryRules.judge(connectOnly, failed(Failure.BROKEN, "GET", true, 1)))
                .isEqualTo(Verdict.FAILURE);
        assertThat(RetryRules.judge(connectOnly, failed(Failure.CONNECT, "GET", true, 1)))
                .isEqualTo(Verdict.RETRY);
    }

    @Test
    void judge_noTimeLeft_isNotRepeated() {
        assertThat(RetryRules.judge(SPEC, new Failed(Failure.BROKEN, 0, "GET", true, 1, 0)))
                .isEqualTo(Verdict.DEADLINE);
    }

    @Test
    void waitNanos_isAnyShareOfATimeThatDoubles() {
        var randomness = new Seeded(5);
        for (int attempts = 1; attempts <= 9; attempts++) {
            long longest = Math.min(250, 10L << (attempts - 1)) * 1_000_000;
            var failed = failed(Failure.BROKEN, "GET", true, attempts);
            var drawn = LongStream.range(0, 1_000)
                    .map(i -> RetryRules.waitNanos(SPEC, failed, randomness))
                    .summaryStatistics();
            // Uniform in [0, longest): the chance that none of 1,000 is in the outer tenths is below 1e-45.
            assertThat(drawn.getMin()).isBetween(0L, longest / 10);
            assertThat(drawn.getMax()).isBetween(longest - longest / 10, longest);
        }
    }

    @Test
    void waitNanos_nothingWasSent_isNone() {
        assertThat(RetryRules.waitNanos(SPEC, failed(Failure.CONNECT, "GET", true, 1), Randomness.system()))
                .isZero();
    }

    @Test
    void isWorthwhile_endpointTriedBefore_onlyIfItMayDoBetterNow() {
        assertThat(RetryRules.isWorthwhile(null, false, false)).isTrue();
        assertThat(RetryRules.isWorthwhile(Failure.TIMEOUT, false, false)).isTrue();
        assertThat(RetryRules.isWorthwhile(Failure.BROKEN, true, false)).isTrue();
        assertThat(RetryRules.isWorthwhile(Failure.STATUS, true, false)).isTrue();
        assertThat(RetryRules.isWorthwhile(Failure.CONNECT, true, false)).isTrue(); // another address of it
        assertThat(RetryRules.isWorthwhile(Failure.CONNECT, true, true)).isFalse();
        assertThat(RetryRules.isWorthwhile(Failure.TIMEOUT, true, false)).isFalse();
    }

    @Test
    void specs_outOfRange_areRefused() {
        assertThatThrownBy(() -> SPEC.withAttempts(11)).hasMessage("attempts: 11 (expected: 1..10)");
        assertThatThrownBy(() -> SPEC.withBodyBytes(-1)).hasMessage("bodyBytes: -1 (expected: 0..1048576)");
        assertThatThrownBy(() -> SPEC.withTryTimeout(Duration.ofSeconds(-1))).hasMessageContaining("tryTimeout: PT-1S");
        assertThatThrownBy(() -> new BudgetSpec(1.1, 1)).hasMessage("share: 1.1 (expected: 0..1)");
        assertThatThrownBy(() -> new BudgetSpec(Double.NaN, 1)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new BudgetSpec(0, -1)).hasMessage("perSecond: -1 (expected: 0..10000)");
        assertThatThrownBy(() -> HedgeSpec.beyond(1)).hasMessage("quantile: 1.0 (expected: 0.5..0.999)");
        assertThatThrownBy(() -> SPEC.when().withStatuses(200)).hasMessage("statuses: 200 (expected: 400..599)");
        assertThatThrownBy(() -> SPEC.when().withMethods(Set.of("get"))).hasMessageContaining("methods: \"get\"");
        assertThatThrownBy(() -> SPEC.when().withFailures(Set.of(Failure.STATUS)))
                .hasMessageContaining("STATUS");
    }
}
