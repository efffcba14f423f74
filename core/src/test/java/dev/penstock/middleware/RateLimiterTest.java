package dev.penstock.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.request.PlainRequest;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimiterTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private static PlainRequest from(String client) {
        return PlainRequest.get("http://a.test/").withClient(client);
    }

    private static RateLimiter limiter(int requests, int burst, int clients) {
        return new RateLimiter(new RateLimit(requests, Duration.ofSeconds(1), burst, "", clients));
    }

    @Test
    void account_givesABurst_thenTheRate_andSaysWhenToComeAgain() {
        var limiter = limiter(10, 3, 16);
        long now = Long.MAX_VALUE - SECOND; // readings of the clock may wrap

        for (int i = 0; i < 3; i++) {
            assertThat(limiter.take(from("9.9.9.9"), now)).isZero();
        }
        assertThat(limiter.take(from("9.9.9.9"), now)).isEqualTo(SECOND / 10);
        assertThat(limiter.take(from("9.9.9.9"), now + SECOND / 10)).isZero();
        assertThat(limiter.take(from("9.9.9.9"), now + SECOND / 10)).isPositive();
        for (int i = 0; i < 3; i++) {
            assertThat(limiter.take(from("9.9.9.9"), now + 10 * SECOND)).isZero();
        }
        assertThat(limiter.take(from("9.9.9.9"), now + 10 * SECOND)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void account_overAnyTime_givesNoMoreThanBurstAndRate(long seed) {
        var chance = new SplittableRandom(seed);
        var limiter = limiter(10, 5, 16);
        long now = chance.nextLong();
        long start = now;
        int given = 0;
        for (int i = 0; i < 20_000; i++) {
            now += chance.nextLong(SECOND / 20);
            given += limiter.take(from("9.9.9.9"), now) == 0 ? 1 : 0;
        }
        long most = 5 + (now - start) * 10 / SECOND;

        assertThat((long) given).isBetween(most - 10, most);
    }

    @Test
    void table_thatIsFull_forgetsWhoAskedLeast_notWhoAskedMost() {
        var limiter = limiter(1, 3, 8);
        for (int i = 0; i < 3; i++) {
            limiter.take(from("9.9.9.9"), 0);
        }
        for (int i = 0; i < 1_000; i++) {
            limiter.take(from("10.0." + i / 250 + "." + i % 250), 0);
        }

        assertThat(limiter.take(from("9.9.9.9"), 0)).isPositive();
    }

    @Test
    void accountThatWouldBeFullAfterMoreThanAYear_isRefused() {
        assertThatThrownBy(() -> new RateLimit(1, Duration.ofDays(1), 1_000_000, "", 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("burst: 1000000 (expected: what 1 in 86400000 ms give back within 365 days)");
        assertThatThrownBy(() -> new RateLimit(1, Duration.ofDays(1), 366, "", 16))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 365})
    void slowestAccounts_giveTheirBurst_andNoMore(int requests) {
        var limiter = new RateLimiter(new RateLimit(1, Duration.ofDays(1), requests, "", 16));
        for (int i = 0; i < requests; i++) {
            assertThat(limiter.take(from("9.9.9.9"), Long.MAX_VALUE)).isZero();
        }

        assertThat(limiter.missing(from("9.9.9.9"), Long.MAX_VALUE))
                .isEqualTo(Duration.ofDays(1).toNanos());
        assertThat(limiter.take(from("9.9.9.9"), Long.MAX_VALUE))
                .isEqualTo(Duration.ofDays(1).toNanos());
    }
}
