package dev.penstock.retry;

import static java.util.Objects.requireNonNull;

/**
 * A request at the moment when an attempt at it has failed. Immutable.
 *
 * @param failure how it failed
 * @param status of the answer; 0 unless the failure is {@link Failure#STATUS}
 * @param method of the request, as sent
 * @param repeatable whether the request can be sent again: all that was sent of it is kept, and nothing of an answer was
 *     passed on
 * @param attempts so far, the failed one included, {@code >= 1}
 * @param leftNanos until the request has to be answered; {@link Long#MAX_VALUE} where there is no limit
 */
public record Failed(Failure failure, int status, String method, boolean repeatable, int attempts, long leftNanos) {
    /** Checks for null. */
    public Failed {
        requireNonNull(failure, "failure");
        requireNonNull(method, "method");
    }
}
