package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.balancer.Candidates.Tally;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TiersTest {
    private final Fake a = Fake.of(80);
    private final Fake b = Fake.of(81);
    private final Fake c = tier(1, 82);
    private final Fake d = tier(1, 83);
    private final PickerContext context = Fake.context(0, 1);
    private final Balancer rounds = new Tiers(new RoundRobin());

    private static Fake tier(int priority, int port) {
        return new Fake(Fake.of(port).endpoint().withPriority(priority));
    }

    static Stream<String> rules() {
        return Rules.tierByTier().stream();
    }

    private Picker over(Fake... candidates) {
        return rounds.over(Candidates.of(List.of(candidates)), context);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void B08_everyRule_servesTheLowestNumber_thenTheNext_withinOneRequest(String rule) {
        Balancer balancer = new Tiers(BalancerRegistry.builtIn().balancer(rule));
        Fake last = tier(7, 84);
        Picker picker = Fake.picker(balancer, List.of(last, d, c, b, a), 1);
        for (int i = 0; i < 200; i++) {
            assertThat(picker.pick(Fake.REQUEST)).isIn(a, b);
            assertThat(picker.pick(Fake.after(a))).isSameAs(b);
            assertThat(picker.pick(Fake.after(a, b))).isIn(c, d);
            assertThat(picker.pick(Fake.after(a, b, d))).isSameAs(c);
            assertThat(picker.pick(Fake.after(a, b, c, d))).isSameAs(last);
            assertThat(picker.pick(Fake.after(a, b, c, d, last))).isIn(a, b);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8}) // seeds
    void B08_anyTiersAndAttempts_areServedFromTheLowestWithAnUntriedOne(long seed) {
        var chance = new Fake.SplitMix(seed);
        for (String rule : Rules.tierByTier()) {
            for (int round = 0; round < 50; round++) {
                List<Fake> all = new ArrayList<>();
                for (int i = 0; i <= chance.nextInt(6); i++) {
                    all.add(tier(chance.nextInt(3), 80 + i));
                }
                Picker picker = Fake.picker(new Tiers(BalancerRegistry.builtIn().balancer(rule)), all, seed);
                List<Candidate> left = new ArrayList<>(all);
                List<Candidate> tried = new ArrayList<>();
                while (!left.isEmpty()) {
                    Candidate picked = picker.pick(Fake.after(tried.toArray(Candidate[]::new)));
                    int lowest = left.stream()
                            .mapToInt(candidate -> candidate.endpoint().priority())
                            .min()
                            .orElseThrow();
                    assertThat(left).contains(picked);
                    assertThat(picked.endpoint().priority()).isEqualTo(lowest);
                    left.remove(picked);
                    tried.add(picked);
                }
            }
        }
    }

    @Test
    void B08_tierThatIsGoneAndBack_isServedWhileItIsThere() {
        assertThat(Fake.ports(over(a, b, c, d), 4)).containsOnly(80, 81);
        assertThat(Fake.ports(over(c, d), 4)).containsOnly(82, 83);
        assertThat(Fake.ports(over(b, c, d), 4)).containsOnly(81);
    }

    @Test
    void roundRobin_whatTheNextTierServes_takesNoTurnOfTheFirst() {
        Picker picker = over(a, b, c, d);
        for (int i = 0; i < 10; i++) {
            assertThat(List.of(picker.pick(Fake.REQUEST), picker.pick(Fake.REQUEST)))
                    .containsExactlyInAnyOrder(a, b);
            picker.pick(Fake.after(a, b));
        }
    }

    @Test
    void B03_roundRobin_listChanges_eachTierGoesOnWhereItWas() {
        Fake e = Fake.of(85);
        Candidate first = over(a, b, e, c, d).pick(Fake.REQUEST);
        List<Candidate> order = List.of(a, b, e);
        Candidate next = order.get((order.indexOf(first) + 1) % 3);
        assertThat(over(a, b, e, c).pick(Fake.REQUEST)).isSameAs(next);
        assertThat(over(a, b, e).pick(Fake.REQUEST)).isSameAs(order.get((order.indexOf(next) + 1) % 3));
    }

    /** As when all of it are ejected for a while. */
    @Test
    void B03_roundRobin_tierThatWasDown_goesOnWhereItWas() {
        Fake e = Fake.of(85);
        List<Candidate> order = List.of(a, b, e);
        Candidate first = over(a, b, e, c).pick(Fake.REQUEST);
        var down = new Candidates(List.of(c), Map.of(0, new Tally(3, 0), 1, new Tally(1, 1)), Map.of());
        assertThat(rounds.over(down, context).pick(Fake.REQUEST)).isSameAs(c);
        assertThat(over(a, b, e, c).pick(Fake.REQUEST)).isSameAs(order.get((order.indexOf(first) + 1) % 3));
    }

    @Test
    void over_oneTier_isThePickerOfTheRuleItself() {
        Picker own = request -> a;
        assertThat(new Tiers((candidates, any) -> own).over(Candidates.of(List.of(c, d)), context))
                .isSameAs(own);
    }

    @Test
    void over_copyOfTheContext_foreseesThePicks() {
        Fake.ports(over(a, b, c, d), 3);
        Picker copy = rounds.over(Candidates.of(List.of(a, b, c, d)), context.fork());
        Picker live = over(a, b, c, d);
        for (int i = 0; i < 10; i++) {
            assertThat(copy.pick(Fake.REQUEST)).isSameAs(live.pick(Fake.REQUEST));
            assertThat(copy.pick(Fake.after(a, b))).isSameAs(live.pick(Fake.after(a, b)));
        }
    }

    @Test
    void tiersWithoutEnd_leaveNoCursorBehind() {
        for (int priority = 0; priority < 100; priority++) {
            context.retainTiers(Set.of(priority));
            context.tier(priority);
        }
        assertThat(context.parts()).isEqualTo(1);
    }

    @Test
    void over_ruleThatGivesNothing_isAFault() {
        Balancer nothing = (candidates, any) -> null;
        assertThatThrownBy(() -> new Tiers(nothing).over(Candidates.of(List.of(a)), context))
                .hasMessage("over returned null");
    }

    @Test
    void over_tiers_areCountedAsTheWhole() {
        var counted = new ArrayList<Map<Integer, Tally>>();
        new Tiers((candidates, any) -> {
                    counted.add(candidates.byPriority());
                    return new First().over(candidates, any);
                })
                .over(
                        Candidates.of(List.of(a, b, c)),
                        new PickerContext(new Cursor(1), Fake.context(1, 1).randomness(), Ticker.system()));
        var whole = Map.of(0, new Tally(2, 2), 1, new Tally(1, 1));
        assertThat(counted).containsExactly(whole, whole);
    }
}
