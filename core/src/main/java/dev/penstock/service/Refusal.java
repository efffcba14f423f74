package dev.penstock.service;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;

/**
 * A request is not to be sent, and why. Immutable.
 *
 * @param reason the kind
 * @param detail one sentence for logs and explanations, never for clients
 */
public record Refusal(Reason reason, String detail) implements Decision {
    /** Checks for null. */
    public Refusal {
        requireNonNull(reason, "reason");
        requireNonNull(detail, "detail");
    }

    @Override
    public <R> R fold(Function<? super Lease, ? extends R> onLease, Function<? super Refusal, ? extends R> onRefusal) {
        return onRefusal.apply(this);
    }
}
