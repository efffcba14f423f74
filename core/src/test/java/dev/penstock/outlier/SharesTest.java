package dev.penstock.outlier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.outlier.Shares.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {
    private static final int ENDPOINTS = 10;
    private static final int VOLUME = 50;

    // Of four bad ones of ten at 30 % failures each is found within one interval with a chance of 95 % or more: the
    // least
    // share that counts is 16.2 % (9 of 50) over a median of at most 2 %, and P(Binomial(50, 0.3) >= 10) = 0.960.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void outliers_fourOfTenFailThreeOfTen_areFoundInNineteenOfTwentyIntervals(long seed) {
        var random = new SplittableRandom(seed);
        int intervals = 2_000;
        int found = 0;
        int falsely = 0;
        for (int interval = 0; interval < intervals; interval++) {
            List<Share> shares = new ArrayList<>();
            for (int i = 0; i < ENDPOINTS; i++) {
                shares.add(share(i, i < 4 ? 0.3 : 0.01, random));
            }
            for (Shares.Found outlier : Shares.outliers(shares)) {
                if (Integer.parseInt(outlier.id()) < 4) {
                    found++;
                } else {
                    falsely++;
                }
            }
        }
        assertThat((double) found / (4 * intervals)).isGreaterThanOrEqualTo(0.95);
        assertThat(falsely).isZero();
    }

    // P(Binomial(50, 0.01) >= 8) = 1.5e-7, so about one in seventy runs of 10^5 endpoint intervals would see one.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}) // seeds
    void outliers_tenEqualsOfOnePercent_noneInTenThousandIntervals(long seed) {
        var random = new SplittableRandom(seed);
        for (int interval = 0; interval < 10_000; interval++) {
            List<Share> shares = new ArrayList<>();
            for (int i = 0; i < ENDPOINTS; i++) {
                shares.add(share(i, 0.01, random));
            }
            assertThat(Shares.outliers(shares)).isEmpty();
        }
    }

    @Test
    void outliers_allTheSame_none() {
        assertThat(Shares.outliers(List.of(new Share("a", 100, 50), new Share("b", 100, 50), new Share("c", 100, 50))))
                .isEmpty();
    }

    @Test
    void outliers_oneOfThreeFails_itIsFoundWithItsEvidence() {
        assertThat(Shares.outliers(List.of(new Share("a", 100, 1), new Share("b", 100, 61), new Share("c", 100, 1))))
                .containsExactly(new Shares.Found("b", "61 of 100 requests failed (median 1.0 %)"));
    }

    @Test
    void outliers_ofTwo_none() {
        assertThat(Shares.outliers(List.of(new Share("a", 100, 0), new Share("b", 100, 100))))
                .isEmpty();
    }

    private static Share share(int id, double rate, SplittableRandom random) {
        int failed = 0;
        for (int i = 0; i < VOLUME; i++) {
            failed += random.nextDouble() < rate ? 1 : 0;
        }
        return new Share(Integer.toString(id), VOLUME, failed);
    }
}
