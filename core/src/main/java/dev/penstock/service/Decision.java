package dev.penstock.service;

import java.util.function.Function;

/** What to do with a request: send it to the endpoint of a lease, or refuse it. */
public sealed interface Decision permits Lease, Refusal {
    /**
     * Folds both cases into one value.
     *
     * @param <R> the type of the value
     * @param onLease applied to a lease
     * @param onRefusal applied to a refusal
     * @return what the function that fits returns
     */
    <R> R fold(Function<? super Lease, ? extends R> onLease, Function<? super Refusal, ? extends R> onRefusal);
}
