package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void B04_3000Requests_eachOf3Gets850To1150_andNotInAFixedSequence(long seed) {
        List<Fake> three = Fake.many(3);
        List<Integer> ports = Fake.ports(Fake.picker(new UniformRandom(), three, seed), 3000);
        assertThat(Fake.counts(ports).values())
                .hasSize(3)
                .allSatisfy(count -> assertThat(count).isBetween(850, 1150)); // 1000 +- 5.8 deviations of 25.8
        assertThat(ports).isNotEqualTo(Fake.ports(Fake.picker(new UniformRandom(), three, seed + 100), 3000));
        for (int i = 0; i + 100 <= ports.size(); i++) {
            assertThat(new HashSet<>(ports.subList(i, i + 100))).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void random_100000Of10_passesChiSquare(long seed) {
        var counts = Fake.counts(Fake.ports(Fake.picker(new UniformRandom(), Fake.many(10), seed), 100_000));
        double sum = 0;
        for (int count : counts.values()) {
            sum += Math.pow(count - 10_000, 2) / 10_000;
        }
        assertThat(counts).hasSize(10);
        assertThat(sum).isLessThan(27.88); // the 99.9 % quantile for 9 degrees of freedom
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void weightedRandom_shares_areThoseOfTheWeights(long seed) {
        int[] weights = {1, 2, 3, 14};
        int picks = 100_000;
        var counts = Fake.counts(Fake.ports(Fake.picker(new WeightedRandom(), Fake.weighing(weights), seed), picks));
        for (int i = 0; i < weights.length; i++) {
            double share = weights[i] / 20.0;
            assertThat(counts.get(1000 + i) / (double) picks)
                    .isCloseTo(share, within(4 * Math.sqrt(share * (1 - share) / picks)));
        }
    }

    @Test
    void random_oneOfTwoTried_theOther_allTried_any() {
        List<Fake> two = Fake.weighing(1, 1_000_000);
        for (Balancer balancer : List.of(new UniformRandom(), new WeightedRandom())) {
            Picker picker = Fake.picker(balancer, two, 1);
            for (int i = 0; i < 100; i++) {
                assertThat(picker.pick(Fake.after(two.get(1)))).isSameAs(two.get(0));
                assertThat(picker.pick(Fake.after(two.get(0), two.get(1)))).isIn(two);
            }
        }
    }
}
