package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.load.Load;
import dev.penstock.load.LoadBoard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** One that shows itself on boards, as those of a service do; its notes of the past fade when its clock says so. */
    private static final class Shown implements Mirrored {
        private final Fake real;
        private @Nullable LoadBoard board;
        private int place;

        Shown(Fake real) {
            this.real = real;
        }

        @Override
        public Candidate real() {
            return real;
        }

        void carry(int requests) {
            real.inFlight.set(requests);
            if (board != null) {
                board.show(place, requests);
            }
        }

        @Override
        public boolean showOn(LoadBoard next, int at) {
            if (board != null && board != next) {
                board.retire();
            }
            board = next;
            place = at;
            carry(inFlight());
            return true;
        }
    }

    private static List<Shown> shown(int... weights) {
        return Fake.weighing(weights).stream().map(Shown::new).toList();
    }

    private static int[] weights(int count, SplittableRandom random, int different) {
        return IntStream.range(0, count).map(i -> 1 + random.nextInt(different)).toArray();
    }

    private static double burden(Candidate candidate) {
        Load load = candidate.load();
        return (double) (load.inFlight() + load.handicap() + load.slowness()) / candidate.weight();
    }

    /** Whatever changes between picks: shown on a board or asked one by one, who is picked carries the least per weight. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 5", "4, 5", "5, 30", "6, 60"}) // seed, different weights
    void pick_ofMany_isAlwaysOneOfTheLeast(long seed, int different) {
        var random = new SplittableRandom(seed);
        List<Shown> many = shown(weights(150, random, different));
        List<Fake> unshown = many.stream().map(shown -> shown.real).toList();
        var now = new AtomicLong();
        var context = new PickerContext(new Cursor(seed), new Fake.SplitMix(seed), now::get);
        Picker picker = least.over(Candidates.of(many), context);
        Picker asking = Fake.picker(least, unshown, seed);
        many.forEach(shown -> shown.carry(1 + random.nextInt(6)));
        for (int i = 0; i < 3_000; i++) {
            Shown any = many.get(random.nextInt(many.size()));
            any.carry(1 + random.nextInt(6));
            if (random.nextInt(4) == 0) {
                any.real.handicap = random.nextInt(3) == 0 ? random.nextInt(30) : 0;
                any.real.slowness = random.nextInt(3) == 0 ? random.nextInt(30) : 0;
            }
            now.addAndGet(Duration.ofSeconds(1).toNanos()); // what is noted is looked up again after each pick
            picker.pick(Fake.REQUEST);
            double fewest =
                    many.stream().mapToDouble(LeastRequestsTest::burden).min().orElseThrow();
            double forgiven = many.stream()
                    .mapToDouble(one -> (double) (one.inFlight() + one.handicap()) / one.weight())
                    .min()
                    .orElseThrow();
            for (Picker one : List.of(picker, asking)) {
                Candidate picked = one.pick(Fake.REQUEST);
                if (burden(picked) != fewest) { // a slow one now and then
                    assertThat((double) (picked.load().inFlight()
                                            + picked.load().handicap())
                                    / picked.weight())
                            .isEqualTo(forgiven);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void pick_ofMany_someEqual_choiceAmongThemIsByWeight(long seed) {
        var random = new SplittableRandom(seed);
        List<Shown> many = shown(IntStream.range(0, 100).map(i -> 1 + i % 3).toArray());
        List<Integer> equal = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            boolean least = random.nextInt(3) == 0;
            many.get(i).carry(many.get(i).weight() * 2 + (least ? 0 : 1 + random.nextInt(5)));
            if (least) {
                equal.add(i);
            }
        }
        Picker picker = least.over(Candidates.of(many), Fake.context(seed, seed));
        var counts = Fake.counts(Fake.ports(picker, 100_000));
        assertThat(counts.keySet())
                .containsExactlyElementsOf(equal.stream().map(i -> 1000 + i).toList());
        double total = equal.stream().mapToInt(i -> many.get(i).weight()).sum();
        double sum = 0;
        for (int i : equal) {
            double expected = 100_000 * many.get(i).weight() / total;
            sum += Math.pow(counts.get(1000 + i) - expected, 2) / expected;
        }
        int degrees = equal.size() - 1;
        assertThat(sum).isLessThan(degrees + 3.1 * Math.sqrt(2 * degrees) + 8); // above the 99.9 % quantile
    }

    /** An idle one that fails is noted as such; and once that has faded it is asked again, where nobody else is idle. */
    @Test
    void pick_ofMany_oneFails_isPassedOver_untilItDoesNot() {
        var now = new AtomicLong();
        List<Shown> many = shown(IntStream.generate(() -> 1).limit(100).toArray());
        many.forEach(shown -> shown.carry(3));
        Shown failing = many.get(42);
        failing.carry(0);
        failing.real.handicap = 30;
        Picker picker =
                least.over(Candidates.of(many), new PickerContext(new Cursor(1), new Fake.SplitMix(1), now::get));
        assertThat(Fake.ports(picker, 1_000)).doesNotContain(1042);

        failing.real.handicap = 2;
        now.addAndGet(Duration.ofMillis(101).toNanos());
        Fake.ports(picker, 1); // finds that the time has come
        assertThat(Fake.ports(picker, 100)).containsOnly(1042);
    }

    /** Once another picker is made over the same, as with each snapshot, they are shown there; the old one asks each. */
    @Test
    void pick_ofMany_shownElsewhereSince_isRightAllTheSame() {
        List<Shown> many = shown(IntStream.generate(() -> 1).limit(50).toArray());
        Picker old = least.over(Candidates.of(many), Fake.context(1, 1));
        Picker next = least.over(Candidates.of(many.subList(0, 40)), Fake.context(1, 1));
        many.forEach(shown -> shown.carry(2));
        many.get(7).carry(1);
        assertThat(Fake.ports(old, 100)).containsOnly(1007);
        assertThat(Fake.ports(next, 100)).containsOnly(1007);
    }

    /** What was noted of it while it was shown there counts once. */
    @Test
    void pick_ofMany_shownElsewhereSince_countsFailuresOnce() {
        List<Shown> many = shown(IntStream.generate(() -> 1).limit(50).toArray());
        many.forEach(shown -> shown.carry(4));
        many.get(8).carry(0);
        many.get(8).real.handicap = 3;
        Picker old = least.over(Candidates.of(many), Fake.context(1, 1));
        assertThat(Fake.ports(old, 100)).containsOnly(1008);
        Picker next = least.over(Candidates.of(many), Fake.context(1, 1));
        assertThat(Fake.ports(old, 100)).containsOnly(1008);
        assertThat(Fake.ports(next, 100)).containsOnly(1008);
    }

    /** With few of each weight, and of those that show themselves nowhere, there is none. */
    @Test
    void chart_isOfThoseThatGainByIt() {
        PickerContext context = Fake.context(1, 1);
        assertThat(chart(shown(weights(400, 100)), context)).isNotNull();
        assertThat(context.charted()).isTrue();
        assertThat(chart(shown(weights(400, 101)), context)).isNull();
        assertThat(context.charted()).isFalse();
        assertThat(chart(Fake.weighing(weights(400, 1)), context)).isNull();
        assertThat(context.charted()).isFalse();
    }

    private static int[] weights(int count, int different) {
        return IntStream.range(0, count).map(i -> 1 + i % different).toArray();
    }

    private static @Nullable LoadChart chart(List<? extends Candidate> many, PickerContext context) {
        Candidate[] all = many.toArray(Candidate[]::new);
        return LoadChart.of(all, Weights.of(all), context);
    }

    /** As beside a live rule, where nobody shows itself. */
    @Test
    void pick_ofManyThatAreNotShown_aCopyForetellsIt() {
        List<Fake> many = Fake.many(80);
        PickerContext context = Fake.context(1, 1);
        Picker picker = least.over(Candidates.of(many), context);
        for (int i = 0; i < 500; i++) {
            many.get(i % 80).inFlight.set(1 + i % 3);
            Candidate foretold = least.over(Candidates.of(many), context.fork()).pick(Fake.REQUEST);
            assertThat(picker.pick(Fake.REQUEST)).isSameAs(foretold);
        }
    }

    /** A copy foretells picks, and takes nobody away from the board that requests go by. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void pick_ofMany_aCopyForetellsIt(long seed) {
        var random = new SplittableRandom(seed);
        List<Shown> many = shown(weights(80, random, 3));
        PickerContext context = Fake.context(seed, seed);
        Picker picker = least.over(Candidates.of(many), context);
        for (int i = 0; i < 500; i++) {
            many.get(random.nextInt(many.size())).carry(1 + random.nextInt(3));
            Candidate foretold = least.over(Candidates.of(many), context.fork()).pick(Fake.REQUEST);
            assertThat(picker.pick(Fake.REQUEST)).isSameAs(foretold);
        }
        assertThat(many).allMatch(shown -> shown.board != null && !shown.board.retired());
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
