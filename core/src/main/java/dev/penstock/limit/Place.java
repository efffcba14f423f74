package dev.penstock.limit;

/** A place in the line before a {@link Gate}. Immutable. */
public final class Place {
    final long number;
    final long sinceNanos;
    final Gate.Waiter waiter;

    Place(long number, long sinceNanos, Gate.Waiter waiter) {
        this.number = number;
        this.sinceNanos = sinceNanos;
        this.waiter = waiter;
    }
}
