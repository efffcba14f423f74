package dev.penstock.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Candidates;
import dev.penstock.balancer.Cursor;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.PickerContext;
import dev.penstock.balancer.Rehearsal;
import dev.penstock.load.Outcome;
import dev.penstock.request.Attempts;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Balancer} must keep. Extend it:
 *
 * <pre>{@code
 * class MyBalancerTest extends BalancerContract {
 *     protected Balancer balancer() { return new MyBalancer(); }
 * }
 * }</pre>
 *
 * <p>Chance is seeded, so a balancer that passes once passes always, unless it makes its own. Of threads only that is asked
 * which holds in whatever order they run.
 */
@Timeout(120)
public abstract class BalancerContract {
    private static final Request REQUEST = PlainRequest.get("http://www.example.com/");
    private static final int THREADS = 8;
    private static final int SEEDS = 5;

    /** For tests that extend it. */
    protected BalancerContract() {}

    /**
     * The balancer under test.
     *
     * @return the same rule at each call
     */
    protected abstract Balancer balancer();

    /**
     * Whether it means to give equal candidates equal shares; otherwise nothing is asked about shares.
     *
     * @return true unless overridden
     */
    protected boolean spreads() {
        return true;
    }

    private Picker picker(List<FakeCandidate> candidates, long seed) {
        return balancer().over(Candidates.of(candidates), context(seed));
    }

    private static PickerContext context(long seed) {
        return PickerContext.begin(new SeededRandomness(seed), Ticker.system());
    }

    private static Request after(List<? extends Candidate> tried) {
        var attempts = new Attempts();
        tried.forEach(candidate -> attempts.add(candidate.endpoint().id()));
        return PlainRequest.get("http://www.example.com/").withTried(attempts);
    }

    private static List<Candidate> picks(Picker picker, int count) {
        var picks = new ArrayList<Candidate>(count);
        for (int i = 0; i < count; i++) {
            picks.add(picker.pick(REQUEST));
        }
        return picks;
    }

    private static Map<Candidate, Integer> counts(List<Candidate> picks) {
        var counts = new HashMap<Candidate, Integer>();
        picks.forEach(candidate -> counts.merge(candidate, 1, Integer::sum));
        return counts;
    }

    /** P1: picks are candidates, also while loads change. */
    @Test
    public void pick_isAlwaysOneOfTheCandidates() {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<FakeCandidate> candidates = FakeCandidate.weighing(1, 2, 3, 40, 500);
            Picker picker = picker(candidates, seed);
            for (int i = 0; i < 1000; i++) {
                var picked = (FakeCandidate) picker.pick(REQUEST);
                assertThat(candidates).contains(picked);
                picked.carry(picked.inFlight() + i % 3);
            }
        }
    }

    /** P1: of one candidate, that one. */
    @Test
    public void pick_single_isThatOne() {
        for (int weight : new int[] {1, 7}) {
            List<FakeCandidate> single = FakeCandidate.weighing(weight);
            Picker picker = picker(single, 1);
            assertThat(picks(picker, 100)).containsOnly(single.get(0));
            assertThat(picker.pick(after(single))).isSameAs(single.get(0));
        }
    }

    /** P2: one that the request has tried is picked only if all were. */
    @Test
    public void pick_someTried_isAnUntriedOne() {
        for (int seed = 0; seed < SEEDS; seed++) {
            for (int[] weights : new int[][] {{1, 1}, {1000, 1}, {1, 1, 1, 1, 1}, {5, 1, 900, 3, 2}}) {
                List<FakeCandidate> candidates = FakeCandidate.weighing(weights);
                Picker picker = picker(candidates, seed);
                for (int tried = 1; tried < (1 << weights.length) - 1; tried++) {
                    List<FakeCandidate> subset = subset(candidates, tried);
                    for (int i = 0; i < 10; i++) {
                        assertThat(picker.pick(after(subset))).isIn(candidates).isNotIn(subset);
                    }
                }
                assertThat(picker.pick(after(candidates))).isIn(candidates);
            }
        }
    }

    /** P2: whoever carries least is of no use to a request that has tried it. */
    @Test
    public void pick_theLeastLoadedTried_isAnUntriedOne() {
        List<FakeCandidate> candidates = FakeCandidate.many(3);
        candidates.get(1).carry(1000);
        candidates.get(2).carry(1000);
        Picker picker = picker(candidates, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(picker.pick(after(candidates.subList(0, 1)))).isNotSameAs(candidates.get(0));
        }
    }

    private static List<FakeCandidate> subset(List<FakeCandidate> candidates, int bits) {
        return IntStream.range(0, candidates.size())
                .filter(i -> (bits & (1 << i)) != 0)
                .mapToObj(candidates::get)
                .toList();
    }

    /** P3: weight 0 means no traffic. */
    @Test
    public void pick_weight0_neverWhileAnotherHasMore() {
        List<FakeCandidate> members = FakeCandidate.weighing(0, 1, 0, 3);
        assertThat(picks(picker(members, 1), 1000)).doesNotContain(members.get(0), members.get(2));
        assertThat(picker(members, 1).pick(after(List.of(members.get(1), members.get(3)))))
                .isIn(members.get(1), members.get(3));
    }

    /** P5: the same seed, candidates and calls give the same picks. */
    @Test
    public void pick_sameSeed_samePicks() {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<FakeCandidate> candidates = FakeCandidate.weighing(3, 1, 2, 2);
            assertThat(picks(picker(candidates, seed), 200)).isEqualTo(picks(picker(candidates, seed), 200));
        }
    }

    /** P5: a copy of the context tells what will be picked; explaining a decision rests on it. */
    @Test
    public void over_copyOfTheContext_foreseesThePicks() {
        var context = context(1);
        List<FakeCandidate> candidates = FakeCandidate.weighing(3, 1, 2, 2);
        picks(balancer().over(Candidates.of(candidates.subList(1, 4)), context), 5);
        Picker foreseeing = balancer().over(Candidates.of(candidates), context.fork());
        List<Candidate> foreseen = picks(foreseeing, 50);
        assertThat(picks(balancer().over(Candidates.of(candidates), context), 50))
                .isEqualTo(foreseen);
    }

    /** P5: explaining a pick foretells it, and changes nothing: the picks are those without explanations. */
    @Test
    public void rehearsal_foretellsEachPick_andChangesNothing() {
        for (int seed = 0; seed < 2; seed++) {
            List<FakeCandidate> explained = FakeCandidate.weighing(3, 1, 2, 2);
            List<FakeCandidate> others = FakeCandidate.weighing(3, 1, 2, 2);
            var context = context(seed);
            var rehearsal = new Rehearsal(balancer(), Candidates.of(explained), context);
            Picker picker = balancer().over(Candidates.of(explained), context);
            Picker unexplained = picker(others, seed);
            for (int i = 0; i < 20; i++) {
                Candidate foretold = rehearsal.picker().pick(REQUEST);
                assertThat(rehearsal.sampled(REQUEST)).isSubsetOf(explained).doesNotHaveDuplicates();
                assertThat(rehearsal.picker().remarks(REQUEST)).doesNotContainNull();

                var picked = (FakeCandidate) picker.pick(REQUEST);

                var other = (FakeCandidate) unexplained.pick(REQUEST);
                assertThat(picked).isSameAs(foretold);
                assertThat(picked.endpoint()).isEqualTo(other.endpoint());
                picked.carry(picked.inFlight() + i % 3);
                other.carry(picked.inFlight());
            }
        }
    }

    /** P6: the order in which members are listed means nothing. */
    @Test
    public void over_membersInAnotherOrder_samePicks() {
        List<FakeCandidate> candidates = FakeCandidate.weighing(3, 1, 2, 2, 7);
        List<Candidate> expected = picks(picker(candidates, 1), 200);
        for (int i = 1; i < candidates.size(); i++) {
            var rotated = new ArrayList<>(candidates);
            Collections.rotate(rotated, i);
            assertThat(picks(picker(rotated, 1), 200)).isEqualTo(expected);
        }
    }

    /** P7: where a counter runs over, picks stay valid and fair. */
    @Test
    public void pick_cursorRunsOver_picksStayValidAndFair() {
        long[] starts = {
            Integer.MAX_VALUE - 5L, -5, Integer.MIN_VALUE, Long.MAX_VALUE - 5, Long.MIN_VALUE, (1L << 32) - 5
        };
        for (long start : starts) {
            List<FakeCandidate> candidates = FakeCandidate.many(3);
            var context = new PickerContext(new Cursor(start), new SeededRandomness(start), Ticker.system());
            var counts = counts(picks(balancer().over(Candidates.of(candidates), context), 3000));
            assertThat(candidates).containsAll(castKeys(counts));
            if (spreads()) {
                // Random ones: 1000 +- 5.8 deviations of sqrt(3000 x 1/3 x 2/3) = 25.8.
                assertThat(counts.values())
                        .hasSize(3)
                        .allSatisfy(count -> assertThat(count).isBetween(850, 1150));
            }
        }
    }

    private static List<FakeCandidate> castKeys(Map<Candidate, Integer> counts) {
        return counts.keySet().stream().map(FakeCandidate.class::cast).toList();
    }

    /**
     * P10: while pickers are replaced, a pick is of the picker that made it, and a counter that they share goes on.
     *
     * @throws Exception if a thread of the test failed
     */
    @Test
    public void pick_pickersReplacedMeanwhile_isOneOfItsOwnCandidates() throws Exception {
        List<FakeCandidate> all = FakeCandidate.weighing(1, 1, 2, 5);
        var context = context(1);
        var current = new AtomicReference<>(published(all, context));
        var over = new AtomicBoolean();
        Callable<Integer> picking = () -> {
            int picks = 0;
            while (!over.get() || picks < 1000) {
                Published published = requireNonNull(current.get());
                assertThat(published.candidates).contains((FakeCandidate) published.picker.pick(REQUEST));
                picks++;
            }
            return picks;
        };
        var threads = Executors.newFixedThreadPool(THREADS);
        try {
            var results = new ArrayList<Future<Integer>>();
            for (int i = 0; i < THREADS; i++) {
                results.add(threads.submit(picking));
            }
            for (int swap = 0; swap < 1000; swap++) {
                current.set(published(subset(all, 1 + swap % 15), context));
            }
            over.set(true);
            for (Future<Integer> result : results) {
                assertThat(result.get()).isGreaterThanOrEqualTo(1000);
            }
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    private Published published(List<FakeCandidate> candidates, PickerContext context) {
        return new Published(balancer().over(Candidates.of(candidates), context), candidates);
    }

    private record Published(Picker picker, List<FakeCandidate> candidates) {}

    /**
     * P8, as far as it concerns a balancer: threads that pick, hold and end get candidates only, and leave none out.
     *
     * @throws Exception if a thread of the test failed
     */
    @Test
    public void pick_8Threads_noneIsLeftOut() throws Exception {
        List<FakeCandidate> five = FakeCandidate.many(5);
        Picker picker = picker(five, 1);
        int each = 20_000;
        Callable<Map<Candidate, Integer>> picking = () -> {
            var picked = new ArrayList<Candidate>(each);
            for (int i = 0; i < each; i++) {
                var candidate = (FakeCandidate) picker.pick(REQUEST);
                candidate.begin();
                picked.add(candidate);
                candidate.end(Outcome.SUCCESS);
            }
            return counts(picked);
        };
        var total = new HashMap<Candidate, Integer>();
        var threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<Map<Candidate, Integer>> result : threads.invokeAll(Collections.nCopies(THREADS, picking))) {
                result.get().forEach((candidate, count) -> total.merge(candidate, count, Integer::sum));
            }
        } finally {
            threads.shutdown();
        }
        assertThat(five).containsAll(castKeys(total));
        assertThat(total.values().stream().mapToInt(count -> count).sum()).isEqualTo(THREADS * each);
        if (spreads()) {
            // 32,000 each where all threads run. One that is halted while it holds a candidate turns the others away
            // from
            // it for as long; once it goes on alone, a fifth of its own 20,000 picks go there. A quarter of that is
            // asked.
            assertThat(total.values())
                    .hasSize(5)
                    .allSatisfy(count -> assertThat(count).isGreaterThan(1_000));
        }
    }

    /** P11: equal weights are as no weights. */
    @Test
    public void pick_equalWeights_sharesAreAsWithoutWeights() {
        assumeTrue(spreads());
        int picks = 10_000;
        for (int seed = 0; seed < SEEDS; seed++) {
            for (int weight : new int[] {1, 7}) {
                var five = FakeCandidate.weighing(weight, weight, weight, weight, weight);
                // 2000 each; 5 deviations of sqrt(10,000 x 1/5 x 4/5) = 40.
                assertThat(counts(picks(picker(five, seed), picks)).values())
                        .hasSize(5)
                        .allSatisfy(count -> assertThat(count).isBetween(1800, 2200));
            }
        }
    }

    /** P12: many processes that start together do not all begin with the same candidate. */
    @Test
    public void over_100Starts_firstPicksAreSpread() {
        assumeTrue(spreads());
        var first = new HashSet<Candidate>();
        List<FakeCandidate> hundred = FakeCandidate.many(100);
        for (int seed = 0; seed < 100; seed++) {
            first.add(picker(hundred, seed).pick(REQUEST));
        }
        // 100 x (1 - 0.99^100) = 63.4 expected, with a deviation of about 3.1.
        assertThat(first).hasSizeGreaterThanOrEqualTo(40);
    }
}
