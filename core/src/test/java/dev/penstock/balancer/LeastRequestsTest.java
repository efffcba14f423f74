package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeastRequestsTest {
    private final LeastRequests least = new LeastRequests();

    @Test
    void B06_oneHas5InFlight_theNext5GoToTheOther_andWithEqualCountsAllAreUsed() {
        List<Fake> two = Fake.many(2);
        two.get(0).inFlight.set(5);
        Picker picker = Fake.picker(least, two, 1);
        for (int i = 0; i < 5; i++) {
            Fake picked = (Fake) picker.pick(Fake.REQUEST);
            assertThat(picked).isSameAs(two.get(1));
            picked.inFlight.incrementAndGet();
        }
        assertThat(Set.copyOf(Fake.ports(picker, 100))).containsExactlyInAnyOrder(1000, 1001);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void B07_weights750And250_400LongRequests_areHeldInProportion(long seed) {
        List<Fake> two = Fake.weighing(750, 250);
        Picker picker = Fake.picker(least, two, seed);
        for (int i = 0; i < 400; i++) {
            ((Fake) picker.pick(Fake.REQUEST)).inFlight.incrementAndGet();
        }
        assertThat(two.get(0).inFlight.get()).isBetween(290, 310);
        assertThat(two.get(1).inFlight.get()).isBetween(90, 110);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3}) // weights
    void B07_lightBeside500_stillReceivesTraffic(int weight) {
        // One request at a time: the worst case for the light one. 10,000 x 1/501 = 20 expected, none at e^-20.
        Picker picker = Fake.picker(least, Fake.weighing(500, weight), 1);
        assertThat(Fake.counts(Fake.ports(picker, 10_000)).get(1001)).isBetween(1, 200);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void pick_someEqual_choiceAmongThemIsUniform(long seed) {
        // Not side by side: a scan from a random place would favour those behind a gap.
        List<Fake> ten = Fake.many(10);
        for (int busy : List.of(1, 2, 3, 7)) {
            ten.get(busy).inFlight.set(1);
        }
        var counts = Fake.counts(Fake.ports(Fake.picker(least, ten, seed), 60_000));
        assertThat(counts.keySet()).containsExactly(1000, 1004, 1005, 1006, 1008, 1009);
        double sum = 0;
        for (int count : counts.values()) {
            sum += Math.pow(count - 10_000, 2) / 10_000;
        }
        assertThat(sum).isLessThan(20.52); // the 99.9 % quantile for 5 degrees of freedom
    }

    @Test
    void pick_tried_theLeastOfTheOthers_allTried_theLeast() {
        List<Fake> three = Fake.many(3);
        three.get(1).inFlight.set(1);
        three.get(2).inFlight.set(2);
        Picker picker = Fake.picker(least, three, 1);
        assertThat(picker.pick(Fake.after(three.get(0)))).isSameAs(three.get(1));
        assertThat(picker.pick(Fake.after(three.get(0), three.get(1)))).isSameAs(three.get(2));
        assertThat(new HashSet<>(List.of(picker.pick(Fake.after(three.toArray(Candidate[]::new))))))
                .containsExactly(three.get(0));
    }
}
