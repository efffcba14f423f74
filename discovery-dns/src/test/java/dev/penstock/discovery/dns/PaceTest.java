package dev.penstock.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;

class PaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5}) // seeds
    void N03_anyQuestions_areNoMoreThanTwoForANameInAnySecond(long seed) {
        var chance = new SplittableRandom(seed);
        long now = Long.MAX_VALUE - 5 * SECOND; // the clock may wrap
        var pace = new Pace(now);
        Map<Name, List<Long>> turns = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            now += chance.nextLong(SECOND / 5);
            Name name = Records.name("web" + chance.nextInt(3) + ".lb.test");
            long turn = now + pace.take(name, now);
            assertThat(turn - now).isNotNegative();
            turns.computeIfAbsent(name, key -> new ArrayList<>()).add(turn);
        }
        for (List<Long> each : turns.values()) {
            for (int i = 2; i < each.size(); i++) {
                assertThat(each.get(i) - each.get(i - 2)).isGreaterThanOrEqualTo(SECOND);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 42})
    void twoTurns_areFreeAtOnce(long now) {
        var pace = new Pace(now);
        Name name = Records.name("web.lb.test");
        assertThat(pace.take(name, now)).isZero();
        assertThat(pace.take(name, now)).isZero();
        assertThat(pace.take(name, now)).isEqualTo(SECOND);
    }
}
