package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundRobinTest {
    private final RoundRobin roundRobin = new RoundRobin();
    private final Fake a = Fake.of(80);
    private final Fake b = Fake.of(81);
    private final Fake c = Fake.of(82);

    private Picker over(PickerContext context, Fake... candidates) {
        return roundRobin.over(Candidates.of(List.of(candidates)), context);
    }

    private static int port(Picker picker) {
        return picker.pick(Fake.REQUEST).endpoint().port();
    }

    @Test
    void B02_endpointsInAnyOrder_comeInTextualOrderAndWrap() {
        Picker picker = over(Fake.context(0, 1), b, a, c);
        assertThat(Fake.ports(picker, 4)).containsExactly(80, 81, 82, 80);
        assertThat(Fake.counts(Fake.ports(picker, 300))).isEqualTo(Map.of(80, 100, 81, 100, 82, 100));
    }

    @Test
    void B02_start_isAnyOfThem() {
        var starts = new ArrayList<Integer>();
        for (int seed = 0; seed < 300; seed++) {
            starts.add(port(Fake.picker(roundRobin, List.of(a, b, c), seed)));
        }
        // Binomial(300, 1/3): 100 +- 5 x 8.2
        assertThat(Fake.counts(starts).values())
                .hasSize(3)
                .allSatisfy(count -> assertThat(count).isBetween(59, 141));
    }

    @Test
    void B03_successorOfTheLastServed_comesNext_whoeverJoinsOrLeaves() {
        var context = Fake.context(0, 1);
        assertThat(port(over(context, a, b, c))).isEqualTo(80);
        assertThat(port(over(context, a, c))).isEqualTo(82);
        List<Integer> again = Fake.ports(over(context, a, b, c), 30);
        assertThat(again).startsWith(80, 81, 82);
        assertThat(Fake.counts(again)).isEqualTo(Map.of(80, 10, 81, 10, 82, 10));
    }

    @Test
    void overAgain_sameCandidates_goesOn() {
        var context = Fake.context(7, 1);
        var ports = new ArrayList<Integer>();
        for (int i = 0; i < 10; i++) {
            ports.add(port(over(context, a, b, c)));
        }
        assertThat(ports).containsExactly(81, 82, 80, 81, 82, 80, 81, 82, 80, 81);
    }

    @Test
    void over_copyOfTheContext_foreseesThePicks() {
        var context = Fake.context(5, 1);
        over(context, a, b);
        Picker live = over(context, a, b, c);
        port(live);
        Picker copy = over(context.fork(), a, b, c);
        assertThat(Fake.ports(copy, 10)).isEqualTo(Fake.ports(live, 10));
    }

    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE - 5L, -5, Long.MAX_VALUE - 5, Long.MIN_VALUE, -1})
    void pick_positionRunsOver_goesOnInOrder(long start) {
        List<Integer> ports = Fake.ports(over(Fake.context(start, 1), a, b, c), 30);
        for (int i = 0; i < ports.size() - 1; i++) {
            assertThat(ports.get(i + 1)).isEqualTo(ports.get(i) == 82 ? 80 : ports.get(i) + 1);
        }
    }

    @Test
    void B11_interleavedServices_eachGoesRoundOnItsOwn() {
        Picker one = over(Fake.context(0, 1), a, b);
        Picker two = over(Fake.context(0, 2), b, c);
        for (int i = 0; i < 50; i++) {
            assertThat(port(one)).isEqualTo(80 + i % 2);
            assertThat(port(two)).isEqualTo(81 + i % 2);
        }
    }

    @Test
    void B12_32ThreadsOf1000Requests_eachOf4Gets8000() throws Exception {
        var counts = new ConcurrentHashMap<Candidate, AtomicInteger>();
        List<Fake> four = Fake.many(4);
        four.forEach(candidate -> counts.put(candidate, new AtomicInteger()));
        Picker picker = Fake.picker(roundRobin, four, 1);
        Callable<Void> requests = () -> {
            for (int i = 0; i < 1000; i++) {
                counts.get(picker.pick(Fake.REQUEST)).incrementAndGet();
            }
            return null;
        };
        var threads = Executors.newFixedThreadPool(32);
        try {
            for (Future<Void> done : threads.invokeAll(Collections.nCopies(32, requests))) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).hasValue(8000));
    }

    @Test
    void B14_oneJoinsOrLeaves_theOthersKeepTheirOrder() {
        List<Fake> five = Fake.many(5);
        for (int left = 0; left < 5; left++) {
            var rest = new ArrayList<>(five);
            rest.remove(left);
            List<Integer> order = Fake.ports(over(Fake.context(0, 1), rest.toArray(Fake[]::new)), 4);
            assertThat(order).isSorted().hasSize(4).doesNotContain(1000 + left);
        }
    }

    @Test
    void retry_firstAttemptFailedAtOneOfFive_theOthersDifferByOneAtMost() {
        List<Fake> five = Fake.many(5);
        Fake broken = five.get(2);
        Picker picker = Fake.picker(roundRobin, five, 1);
        var served = new ArrayList<Integer>();
        for (int i = 0; i < 1000; i++) {
            Candidate candidate = picker.pick(Fake.REQUEST);
            served.add((candidate == broken ? picker.pick(Fake.after(broken)) : candidate)
                    .endpoint()
                    .port());
        }
        assertThat(Fake.counts(served)).isEqualTo(Map.of(1000, 250, 1001, 250, 1003, 250, 1004, 250));
    }

    @Test
    void pick_oneOfFiveIsNotEligible_theOthersDifferByOneAtMost() {
        List<Fake> five = Fake.many(5);
        Picker picker = Fake.picker(roundRobin, five.subList(1, 5), 1);
        assertThat(Fake.counts(Fake.ports(picker, 1001)).values())
                .allSatisfy(count -> assertThat(count).isBetween(250, 251));
    }

    @Test
    void over_swappedEvery3Picks_sharesStayEven() {
        // Between five candidates and the same five, and between five and four: whoever stays must not lose by it.
        List<Fake> five = Fake.many(5);
        var context = Fake.context(0, 1);
        var same = new ArrayList<Integer>();
        var flapping = new ArrayList<Integer>();
        var other = Fake.context(0, 1);
        for (int i = 0; i < 10_000; i++) {
            same.addAll(Fake.ports(roundRobin.over(Candidates.of(five), context), 3));
            flapping.addAll(Fake.ports(
                    roundRobin.over(Candidates.of(i % 2 == 0 ? five : five.subList(0, 4)), other), 3));
        }
        assertThat(Fake.counts(same).values())
                .allSatisfy(count -> assertThat(count).isEqualTo(6000));
        Map<Integer, Integer> counts = Fake.counts(flapping);
        counts.remove(1004); // there half of the time
        double mean =
                counts.values().stream().mapToInt(count -> count).average().orElseThrow();
        assertThat(counts.values()).allSatisfy(count -> assertThat(count / mean).isLessThanOrEqualTo(1.05));
    }
}
