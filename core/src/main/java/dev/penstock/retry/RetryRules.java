package dev.penstock.retry;

import dev.penstock.time.Randomness;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failed request gets another attempt, and after which wait. Stateless, pure.
 *
 * <p>Which endpoint it goes to the balancer decides, who prefers those that were not tried.
 */
public final class RetryRules {
    private RetryRules() {}

    /**
     * Judges a failed request; what the budget says to it is not asked here.
     *
     * <p>A request of which nothing was sent is tried again whatever its method. One that may have arrived is only if its
     * method may be repeated and it can be sent again as it was.
     *
     * @param spec the settings of its service
     * @param failed what is known of it
     * @return {@link Verdict#RETRY}, or the first reason against it
     */
    public static Verdict judge(RetrySpec spec, Failed failed) {
        RetryWhen when = spec.when();
        if (!when.covers(failed.failure(), failed.status())) {
            return Verdict.FAILURE;
        }
        if (failed.failure().mayHaveArrived()) {
            if (!when.methods().contains(failed.method())) {
                return Verdict.METHOD;
            }
            if (!failed.repeatable()) {
                return Verdict.BODY;
            }
        }
        if (failed.attempts() >= spec.attempts()) {
            return Verdict.ATTEMPTS;
        }
        return failed.leftNanos() <= 0 ? Verdict.DEADLINE : Verdict.RETRY;
    }

    /**
     * Tells whether an endpoint that is held for the next attempt is worth it. One that was tried is, if there is no other
     * (balancers prefer those), but not if the last attempt took too long, or at an address that was not reached.
     *
     * @param last how the last attempt failed; null before the first
     * @param tried whether the endpoint was tried
     * @param unreached whether the address was not reached before
     * @return false if the request is to be given up
     */
    public static boolean isWorthwhile(@Nullable Failure last, boolean tried, boolean unreached) {
        return !tried || (last != Failure.TIMEOUT && !unreached);
    }

    /**
     * The wait before the next attempt: none where nothing was sent, for another endpoint has nothing to do with what keeps
     * the first from accepting; else a random share of a time that doubles.
     *
     * @param spec the settings of its service
     * @param failed what is known of the request
     * @param randomness draws the share
     * @return {@code >= 0}
     */
    public static long waitNanos(RetrySpec spec, Failed failed, Randomness randomness) {
        return failed.failure().mayHaveArrived()
                ? spec.backoff().delay(failed.attempts(), randomness).toNanos()
                : 0;
    }
}
