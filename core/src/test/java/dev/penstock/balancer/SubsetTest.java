package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.balancer.Candidates.Tally;
import dev.penstock.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubsetTest {
    private static Set<Candidate> chosen(List<? extends Candidate> of, int size, long seed) {
        return new HashSet<>(Subset.chosen(List.copyOf(of), size, seed));
    }

    @Test
    void chosen_kOrFewer_isAll() {
        List<Fake> five = Fake.many(5);
        assertThat(chosen(five, 5, 1)).containsExactlyInAnyOrderElementsOf(five);
        assertThat(chosen(five, 50, 1)).containsExactlyInAnyOrderElementsOf(five);
    }

    /** One endpoint comes or goes: one of the chosen changes at most. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void chosen_oneComesOrGoes_oneChangesAtMost(long seed) {
        List<Fake> hundred = Fake.many(100);
        Set<Candidate> before = chosen(hundred, 20, seed);
        for (Fake leaving : hundred) {
            var left = new ArrayList<>(hundred);
            left.remove(leaving);
            Set<Candidate> after = chosen(left, 20, seed);
            var stayed = new HashSet<>(before);
            stayed.retainAll(after);
            assertThat(after).hasSize(20);
            assertThat(stayed.size()).isEqualTo(before.contains(leaving) ? 19 : 20);
        }
    }

    /** 100 endpoints, 20 each: n ln n + 5 n = 961 places, so 49 gateways, cover all with more than 99 %. */
    @Test
    void chosen_byManyGateways_coversAll() {
        List<Fake> hundred = Fake.many(100);
        int covered = 0;
        for (int fleet = 0; fleet < 200; fleet++) {
            Set<Candidate> used = new HashSet<>();
            for (int gateway = 0; gateway < 49; gateway++) {
                used.addAll(chosen(hundred, 20, Mix.of(fleet * 1000L + gateway)));
            }
            covered += used.size() == 100 ? 1 : 0;
        }
        assertThat(covered).isGreaterThanOrEqualTo(198);
    }

    @Test
    void pick_sameGateway_goesToTheSameFew_acrossSnapshots() {
        Balancer subset = BalancerRegistry.builtIn().balancer("subset(size=3)/round_robin");
        PickerContext context = Fake.context(17, 1);
        List<Fake> twenty = Fake.many(20);
        Set<Integer> first = Fake.counts(Fake.ports(subset.over(Candidates.of(twenty), context), 90))
                .keySet();
        assertThat(first).hasSize(3);
        for (int i = 0; i < 5; i++) {
            Picker again = subset.over(Candidates.of(twenty), context);
            assertThat(Fake.counts(Fake.ports(again, 90))).containsOnlyKeys(first);
        }
        Picker copy = subset.over(Candidates.of(twenty), context.fork());
        assertThat(Fake.counts(Fake.ports(copy, 90))).containsOnlyKeys(first);
    }

    /** A tier of which none may be picked for a while, or that is gone altogether, comes back with the same few. */
    @Test
    void pick_tierThatWasDown_goesToTheSameFew() {
        Balancer subset = new Tiers(Balancers.subset(3, Balancers.roundRobin()));
        PickerContext context = Fake.context(17, 1);
        List<Fake> first = Fake.many(20);
        Fake second = new Fake(Endpoint.of("127.0.0.2", 1).withPriority(1));
        List<Fake> all = new ArrayList<>(first);
        all.add(second);
        Set<Integer> few = used(subset.over(Candidates.of(all), context));
        assertThat(few).hasSize(3);

        var down = new Candidates(List.of(second), Map.of(0, new Tally(20, 0), 1, new Tally(1, 1)), Map.of());
        assertThat(used(subset.over(down, context))).containsExactly(1);
        assertThat(used(subset.over(Candidates.of(all), context))).isEqualTo(few);

        assertThat(used(subset.over(Candidates.of(List.of(second)), context))).containsExactly(1);
        assertThat(used(subset.over(Candidates.of(all), context))).isEqualTo(few);
    }

    private static Set<Integer> used(Picker picker) {
        return new HashSet<>(Fake.ports(picker, 90));
    }

    @Test
    void pick_gateways_differ() {
        Balancer subset = Balancers.subset(3, Balancers.roundRobin());
        Set<Integer> used = new HashSet<>();
        for (int seed = 0; seed < 30; seed++) {
            used.addAll(Fake.ports(Fake.picker(subset, Fake.many(20), seed), 30));
        }
        assertThat(used).hasSizeGreaterThan(17);
    }

    @Test
    void pick_itsFewTried_isAnyOther_thenOneOfAll() {
        List<Fake> five = Fake.weighing(1, 2, 3, 4, 5);
        Picker picker = Fake.picker(Balancers.subset(2, Balancers.roundRobin()), five, 1);
        Set<Integer> few = used(picker);
        Fake[] chosen = five.stream()
                .filter(fake -> few.contains(fake.endpoint().port()))
                .toArray(Fake[]::new);
        Set<Candidate> beyond = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            beyond.add(picker.pick(Fake.after(chosen)));
            assertThat(picker.pick(Fake.after(chosen[0]))).isSameAs(chosen[1]);
            assertThat(picker.pick(Fake.after(five.toArray(Candidate[]::new)))).isIn(five);
        }
        assertThat(beyond).hasSize(3).doesNotContain(chosen);
    }

    @Test
    void size_below1_isRefused() {
        assertThatThrownBy(() -> Balancers.subset(0, Balancers.random())).hasMessage("size: 0 (expected: 1 or more)");
    }
}
