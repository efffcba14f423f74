package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.balancer.Fake.SplitMix;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AliasTableTest {
    private static void reconstructs(int... weights) {
        double total = IntStream.of(weights).asLongStream().sum();
        double[] shares = AliasTable.of(weights).shares();
        for (int i = 0; i < weights.length; i++) {
            assertThat(shares[i]).isCloseTo(weights[i] / total, within(1e-12));
        }
    }

    @Test
    void shares_anyWeights_areThoseOfTheWeights() {
        reconstructs(1);
        reconstructs(5, 1, 1);
        reconstructs(1, 1, 1, 1);
        reconstructs(1_000_000, 1, 999_999, 2);
        for (int seed = 0; seed < 50; seed++) {
            var randomness = new SplitMix(seed);
            int bound = seed % 2 == 0 ? 10 : 1_000_000;
            reconstructs(IntStream.range(0, 1 + randomness.nextInt(2000))
                    .map(i -> 1 + randomness.nextInt(bound))
                    .toArray());
        }
    }

    @Test
    void draw_lowestAndHighestBits_areWithinTheTable() {
        var table = AliasTable.of(new int[] {1, 1, 1});
        assertThat(table.draw(0)).isZero();
        assertThat(table.draw(Long.MAX_VALUE)).isEqualTo(1); // just below the middle
        assertThat(table.draw(Long.MIN_VALUE)).isEqualTo(1);
        assertThat(table.draw(-1)).isEqualTo(2);
    }
}
