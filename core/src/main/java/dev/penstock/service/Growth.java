package dev.penstock.service;

import dev.penstock.catalog.SlowStart;
import dev.penstock.endpoint.Endpoint;
import java.util.List;

/**
 * How the weight of new endpoints grows, in tenths: {@code max(10 %, (age / window)^(1 / aggression))}, rounded. Pure.
 */
final class Growth {
    private Growth() {}

    /** Tenths of the weight that count at an age, {@code 1..10}. */
    static int at(SlowStart slowStart, long ageNanos) {
        long window = slowStart.window().toNanos();
        if (ageNanos >= window) {
            return Vitals.FULL;
        }
        double share = StrictMath.pow((double) Math.max(0, ageNanos) / window, 1 / slowStart.aggression());
        return (int) Math.max(1, Math.min(Vitals.FULL, Math.round(share * Vitals.FULL)));
    }

    /** The tenths that count beside others of which the most grown has so many: its share is that of the most grown. */
    static int beside(int growth, int most) {
        return (Vitals.FULL * growth + most - 1) / most;
    }

    /** From an age until the next tenth, or until it is full; nanoseconds, {@code >= 1}. */
    static long untilNextNanos(SlowStart slowStart, long ageNanos) {
        int now = at(slowStart, ageNanos);
        if (now == Vitals.FULL) {
            return Long.MAX_VALUE;
        }
        long window = slowStart.window().toNanos();
        // Rounded up from half a tenth below it: share = (now + 0.5) / 10.
        double age = window * StrictMath.pow((now + 0.5) / Vitals.FULL, slowStart.aggression());
        return Math.max(1, (long) Math.ceil(age) - ageNanos);
    }

    /**
     * The factor that all weights of a service are multiplied by while some grow, so that a tenth of a small one is still a
     * whole number: 10, or less where the largest weight would become too large.
     */
    static int scale(List<Endpoint> endpoints) {
        int largest = endpoints.stream().mapToInt(Endpoint::weight).max().orElse(1);
        return Math.max(1, Math.min(Vitals.FULL, Endpoint.MAX_WEIGHT / Math.max(1, largest)));
    }

    /** The weight that counts, {@code >= 1}. */
    static int weight(Endpoint endpoint, int scale, int growth) {
        return (int) Math.max(1, (long) endpoint.weight() * scale * growth / Vitals.FULL);
    }
}
