package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PowerOfTwoTest {
    private final PowerOfTwo p2c = new PowerOfTwo(Burden.REQUESTS);

    private static Fake pickAndHold(Picker picker) {
        var picked = (Fake) picker.pick(Fake.REQUEST);
        picked.inFlight.incrementAndGet();
        return picked;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000}) // weights of the heavier
    void pick_twoCandidates_alwaysTheLighter(int weight) {
        List<Fake> two = Fake.weighing(1, weight);
        two.get(1).inFlight.set(weight + 1);
        two.get(0).inFlight.set(1);
        Picker picker = Fake.picker(p2c, two, 1);
        assertThat(Fake.ports(picker, 1000)).containsOnly(1000);
    }

    @ParameterizedTest
    @CsvSource({"100, 20, 3", "10000, 20, 4", "1000000, 2, 4"
    }) // balls, runs; the greatest minus the mean: 2, 3 and 2 were the worst seen, random has 6, 26 and 256
    void pick_ballsInto100Bins_theFullestIsNearTheMean(int balls, int runs, int bound) {
        for (int seed = 0; seed < runs; seed++) {
            List<Fake> bins = Fake.many(100);
            Picker picker = Fake.picker(p2c, bins, seed);
            for (int i = 0; i < balls; i++) {
                pickAndHold(picker);
            }
            int fullest =
                    bins.stream().mapToInt(bin -> bin.inFlight.get()).max().orElseThrow();
            assertThat(fullest - balls / 100).isLessThanOrEqualTo(bound);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void pick_nothingInFlight_sharesAreThoseOfTheWeights(long seed) {
        int[] weights = {1, 2, 3, 14};
        int picks = 100_000;
        Map<Integer, Integer> counts = Fake.counts(Fake.ports(Fake.picker(p2c, Fake.weighing(weights), seed), picks));
        for (int i = 0; i < weights.length; i++) {
            double share = weights[i] / 20.0;
            assertThat(counts.get(1000 + i) / (double) picks)
                    .isCloseTo(share, within(4 * Math.sqrt(share * (1 - share) / picks)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void pick_muchInFlight_isHeldInProportionToWeight(long seed) {
        List<Fake> candidates = Fake.weighing(1, 2, 3, 14);
        Picker picker = Fake.picker(p2c, candidates, seed);
        for (int i = 0; i < 2000; i++) {
            pickAndHold(picker);
        }
        for (Fake candidate : candidates) {
            // 100 per weight; the gap to the mean, in requests per weight, is small and does not grow
            assertThat(candidate.inFlight.get() / (double) candidate.weight()).isCloseTo(100, within(6.0));
        }
    }

    @Test
    void pick_oneHasNearlyAllWeight_ends() {
        List<Fake> candidates = Fake.weighing(1_000_000, 1, 1);
        Picker picker = Fake.picker(p2c, candidates, 1);
        candidates.get(0).inFlight.set(10_000_000);
        assertThat(Fake.counts(Fake.ports(picker, 1000))).containsOnlyKeys(1001, 1002);
    }

    @Test
    void pick_someTried_neverOneOfThem() {
        for (List<Fake> three : List.of(Fake.many(3), Fake.weighing(1, 2, 300))) {
            Picker picker = Fake.picker(p2c, three, 1);
            for (int i = 0; i < 1000; i++) {
                assertThat(picker.pick(Fake.after(three.get(2)))).isNotSameAs(three.get(2));
                assertThat(picker.pick(Fake.after(three.get(2), three.get(1)))).isSameAs(three.get(0));
                assertThat(picker.pick(Fake.after(three.toArray(Candidate[]::new))))
                        .isIn(three);
            }
        }
    }

    @Test
    void pick_single_isThatOne() {
        Fake only = Fake.of(80);
        assertThat(Fake.picker(p2c, List.of(only), 1).pick(Fake.after(only))).isSameAs(only);
    }

    @Test
    void pick_oneIsSlow_itIsAskedOnceIn64() {
        List<Fake> two = Fake.many(2);
        two.get(0).slowness = 10;
        two.get(1).inFlight.set(5);
        Map<Integer, Integer> counts =
                Fake.counts(Fake.ports(Fake.picker(new PowerOfTwo(Burden.REQUESTS), two, 1), 64_000));
        assertThat(counts.get(1000)).isBetween(900, 1_100); // 1,000, and three deviations of 31
        two.get(1).inFlight.set(11);
        assertThat(Fake.ports(Fake.picker(new PowerOfTwo(Burden.REQUESTS), two, 1), 1_000))
                .containsOnly(1000);
    }
}
