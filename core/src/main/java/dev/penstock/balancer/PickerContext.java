package dev.penstock.balancer;

import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;

/**
 * What a picker may use besides its candidates; lives as long as its service, and its tier.
 *
 * @param cursor the position of rules that go round; survives snapshots
 * @param randomness where chance comes from
 * @param ticker where time comes from
 */
public record PickerContext(Cursor cursor, Randomness randomness, Ticker ticker) {
    /**
     * A context for a service that begins, at a random position: so that many processes that start together do not all
     * begin with the same endpoint.
     *
     * @param randomness where chance comes from; one number is drawn
     * @param ticker where time comes from
     * @return a new context
     */
    public static PickerContext begin(Randomness randomness, Ticker ticker) {
        return new PickerContext(new Cursor(randomness.nextLong()), randomness, ticker);
    }

    /** The context of a tier: with a cursor of its own. On the control path only. */
    PickerContext tier(int priority) {
        return new PickerContext(cursor.tier(priority), randomness, ticker);
    }

    /** The context of a part of the candidates: with a cursor of its own. On the control path only. */
    PickerContext part(int number) {
        return new PickerContext(cursor.part(number), randomness, ticker);
    }

    /**
     * A context that gives the same picks as this one would next, and leaves this one as it is.
     *
     * @return an independent copy
     */
    public PickerContext fork() {
        return new PickerContext(cursor.fork(), randomness.fork(), ticker);
    }
}
