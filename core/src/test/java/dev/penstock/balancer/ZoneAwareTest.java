package dev.penstock.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.endpoint.Zone;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZoneAwareTest {
    private static final int PICKS = 100_000;

    /** Zones a, b, c ... of so many endpoints; those of zone a have ports from 1000, of zone b from 2000. */
    private static List<Fake> zones(int... sizes) {
        List<Fake> all = new ArrayList<>();
        for (int zone = 0; zone < sizes.length; zone++) {
            var name = new Zone(String.valueOf((char) ('a' + zone)));
            int first = 1000 * (zone + 1);
            IntStream.range(first, first + sizes[zone])
                    .forEach(port -> all.add(new Fake(Fake.of(port).endpoint().withZone(name))));
        }
        return all;
    }

    private static Picker picker(String zone, String rule, List<Fake> all, long seed) {
        return Fake.picker(BalancerRegistry.builtIn().balancer("zone_aware(zone=" + zone + ")/" + rule), all, seed);
    }

    /** The share of the picks in each zone. */
    private static double share(Picker picker, int zone) {
        return Fake.ports(picker, PICKS).stream()
                        .filter(port -> port / 1000 == zone)
                        .count()
                / (double) PICKS;
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "round_robin", "p2c"})
    void pick_equalZones_staysInItsOwn(String rule) {
        assertThat(share(picker("a", rule, zones(4, 4, 4), 1), 1)).isEqualTo(1);
        assertThat(share(picker("c", rule, zones(4, 4, 4), 1), 3)).isEqualTo(1);
    }

    @Test
    void pick_oneAndNine_theSmallZoneKeepsAFifth_theLargeOneAll() {
        assertThat(share(picker("a", "random", zones(1, 9), 1), 1)).isCloseTo(0.2, within(0.005));
        assertThat(share(picker("b", "random", zones(1, 9), 1), 2)).isEqualTo(1);
    }

    /** Each zone sends equally much: no endpoint gets more than 1.25 times the mean; nearly the mean, in fact. */
    @ParameterizedTest
    @CsvSource({"1, 9, 5", "2, 2, 8", "3, 4, 5", "10, 1, 1", "6, 6, 6"})
    void pick_zonesThatSendEquallyMuch_noneOfTheirEndpointsIsOverloaded(int a, int b, int c) {
        int[] sizes = {a, b, c};
        var load = new double[3];
        for (int from = 0; from < 3; from++) {
            Picker picker = picker(String.valueOf((char) ('a' + from)), "random", zones(sizes), from);
            for (int zone = 0; zone < 3; zone++) {
                load[zone] += share(picker, zone + 1) / sizes[zone];
            }
        }
        double mean = 3.0 / (a + b + c);
        for (double each : load) {
            assertThat(each / mean).isCloseTo(1, within(0.05));
        }
    }

    /** All requests come from one of two equal zones: load lets them leave it before its endpoints are overloaded. */
    @ParameterizedTest
    @ValueSource(strings = {"random", "round_robin", "p2c", "least_requests"})
    void pick_onlyItsOwnZoneSends_itsEndpointsCarryAQuarterMoreThanTheMeanAtMost(String rule) {
        List<Fake> all = zones(10, 10);
        Picker picker = picker("a", rule, all, 1);
        var held = new ArrayDeque<Fake>();
        double most = 0;
        for (int i = 0; i < 50_000; i++) {
            var picked = (Fake) picker.pick(Fake.REQUEST);
            picked.inFlight.incrementAndGet();
            held.add(picked);
            if (held.size() > 1000) { // 50 each in the mean
                held.remove().inFlight.decrementAndGet();
            }
            if (i > 10_000 && i % 100 == 0) {
                int own = all.subList(0, 10).stream()
                        .mapToInt(fake -> fake.inFlight.get())
                        .sum();
                most = Math.max(most, own / 10.0 / 50);
            }
        }
        assertThat(most).isBetween(1.0, 1.25);
    }

    /** Weights are relative: endpoints of weight 500 each are no less busy with the same requests than those of weight 1. */
    @Test
    void pick_onlyItsOwnZoneSends_equalWeightsOfAnySize_leaveItAlike() {
        assertThat(ownOf1000(500)).isCloseTo(ownOf1000(1), within(10L)).isBetween(500L, 600L);
    }

    private static long ownOf1000(int weight) {
        List<Fake> all = zones(5, 5).stream()
                .map(fake -> new Fake(fake.endpoint().withWeight(weight)))
                .toList();
        Picker picker = picker("a", "p2c", all, 1);
        for (int i = 0; i < 1000; i++) {
            ((Fake) picker.pick(Fake.REQUEST)).inFlight.incrementAndGet();
        }
        return all.subList(0, 5).stream().mapToInt(fake -> fake.inFlight.get()).sum();
    }

    /** What failed may have failed with its zone; its own comes again once all others were tried. */
    @Test
    void pick_triedInItsZone_isOfAnother_thenOfItsOwn() {
        List<Fake> all = zones(3, 2);
        Picker picker = picker("a", "p2c", all, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(picker.pick(Fake.after(all.get(0)))).isIn(all.subList(3, 5));
            assertThat(picker.pick(Fake.after(all.get(0), all.get(3), all.get(4))))
                    .isIn(all.subList(1, 3));
        }
    }

    @Test
    void pick_itsZoneTried_isOfAnother() {
        List<Fake> all = zones(1, 1);
        Picker picker = picker("a", "random", all, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(picker.pick(Fake.after(all.get(0)))).isSameAs(all.get(1));
            assertThat(picker.pick(Fake.after(all.toArray(Candidate[]::new)))).isIn(all);
        }
    }

    @Test
    void pick_nobodyInItsZone_isAsWithoutIt() {
        Map<Integer, Integer> counts = Fake.counts(Fake.ports(picker("z", "round_robin", zones(2, 2), 1), 400));
        assertThat(counts.values()).containsOnly(100);
    }

    /** As when all of it are ejected for a while: the other zones are no longer counted as before. */
    @Test
    void roundRobin_anotherZoneLeaves_eachZoneGoesOnWhereItWas() {
        List<Fake> all = zones(1, 1, 3);
        List<Fake> third = all.subList(2, 5);
        Balancer balancer = BalancerRegistry.builtIn().balancer("zone_aware(zone=a)/round_robin");
        for (int start = 0; start < 8; start++) {
            PickerContext context = Fake.context(start, 1);
            Picker before = balancer.over(Candidates.of(all), context);
            int first = third.indexOf(before.pick(Fake.after(all.get(0), all.get(1))));
            Picker after = balancer.over(
                    new Candidates(List.of(all.get(0), third.get(0), third.get(1), third.get(2)), Map.of(), Map.of()),
                    context);
            assertThat(after.pick(Fake.after(all.get(0)))).isSameAs(third.get((first + 1) % 3));
        }
    }

    /** Its own goes on as well where it is left alone. */
    @Test
    void roundRobin_otherZonesLeave_itsOwnGoesOnWhereItWas() {
        List<Fake> all = zones(3, 3);
        Balancer balancer = BalancerRegistry.builtIn().balancer("zone_aware(zone=a)/round_robin");
        for (int start = 0; start < 8; start++) {
            PickerContext context = Fake.context(start, 1);
            int first = all.indexOf(balancer.over(Candidates.of(all), context).pick(Fake.REQUEST));
            Picker alone = balancer.over(Candidates.of(all.subList(0, 3)), context);
            assertThat(alone.pick(Fake.REQUEST)).isSameAs(all.get((first + 1) % 3));
        }
    }

    @Test
    void zonesWithoutEnd_leaveNothingBehind() {
        Balancer balancer = BalancerRegistry.builtIn().balancer("zone_aware(zone=a)/round_robin");
        PickerContext context = Fake.context(1, 1);
        Fake own = new Fake(Fake.of(1).endpoint().withZone(new Zone("a")));
        for (int i = 0; i < 100; i++) {
            Fake other = new Fake(Fake.of(2).endpoint().withZone(new Zone("z" + i)));
            balancer.over(Candidates.of(List.of(own, other)), context);
        }
        assertThat(context.parts()).isEqualTo(2);
    }

    @Test
    void zone_notGiven_isRefused() {
        assertThatThrownBy(() -> BalancerRegistry.builtIn().balancer("zone_aware/p2c"))
                .hasMessageContaining("zone: none (expected: the gateway's own");
    }
}
