package dev.penstock.retry;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Backoff;
import java.time.Duration;

/**
 * How a service repeats requests that failed. Immutable.
 *
 * @param attempts at one request at most, hedges included, each at an address of an endpoint; {@code 1..10}
 * @param when which requests are repeated after which failures
 * @param backoff the wait before a retry of a request that may have arrived
 * @param tryTimeout how long one attempt may take until its answer begins; zero: no such limit
 * @param deadline how long all attempts together may take until the answer begins; zero: no such limit
 * @param bodyBytes of a request that are kept so that it can be sent again, {@code 0..1048576}; a longer one is not repeated
 *     once part of it was sent
 * @param budget what retries and hedges may add to the traffic
 * @param hedge when a request is sent to a second endpoint before the first has failed
 */
public record RetrySpec(
        int attempts,
        RetryWhen when,
        Backoff backoff,
        Duration tryTimeout,
        Duration deadline,
        int bodyBytes,
        BudgetSpec budget,
        HedgeSpec hedge) {
    /** The attempts of a service that says nothing about them. */
    public static final int DEFAULT_ATTEMPTS = 3;

    /** The most attempts. */
    public static final int MAX_ATTEMPTS = 10;

    /** The most of a body that may be kept. */
    public static final int MAX_BODY_BYTES = 1 << 20;

    private static final Duration LONGEST = Duration.ofDays(365);

    private static final RetrySpec DEFAULTS = new RetrySpec(
            DEFAULT_ATTEMPTS,
            RetryWhen.defaults(),
            backoff(Duration.ofMillis(10), Duration.ofMillis(250)),
            Duration.ZERO,
            Duration.ZERO,
            64 << 10,
            BudgetSpec.defaults(),
            HedgeSpec.off());

    /** Checks the ranges. */
    public RetrySpec {
        requireNonNull(when, "when");
        requireNonNull(backoff, "backoff");
        requireNonNull(budget, "budget");
        requireNonNull(hedge, "hedge");
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            throw new IllegalArgumentException("attempts: " + attempts + " (expected: 1.." + MAX_ATTEMPTS + ")");
        }
        checkTime("tryTimeout", tryTimeout);
        checkTime("deadline", deadline);
        if (bodyBytes < 0 || bodyBytes > MAX_BODY_BYTES) {
            throw new IllegalArgumentException("bodyBytes: " + bodyBytes + " (expected: 0.." + MAX_BODY_BYTES + ")");
        }
    }

    private static void checkTime(String what, Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + ": " + time + " (expected: 0 to 365 days)");
        }
    }

    /**
     * A wait that doubles with each retry and of which any share is drawn (full jitter).
     *
     * @param first the longest wait before the first retry, {@code > 0}
     * @param limit where it stops growing, {@code >= first}
     * @return a rule
     * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Brooker 2015, Exponential
     *     Backoff and Jitter</a>
     */
    public static Backoff backoff(Duration first, Duration limit) {
        return new Backoff(first, 2, limit, 0);
    }

    /**
     * What a service that says nothing does.
     *
     * @return 3 attempts; idempotent methods, after every failure but an answer; up to 10 ms, 20 ms ... 250 ms before a
     *     retry; no limits of time of its own; 64 KiB of a body; a fifth of the traffic and ten retries per second; no hedges
     */
    public static RetrySpec defaults() {
        return DEFAULTS;
    }

    /**
     * The same with another number of attempts.
     *
     * @param attempts see {@link #attempts()}
     * @return a copy
     */
    public RetrySpec withAttempts(int attempts) {
        return new RetrySpec(attempts, when, backoff, tryTimeout, deadline, bodyBytes, budget, hedge);
    }

    /**
     * The same with what labels say.
     *
     * @param attempts see {@link #attempts()}; 0: as it is
     * @param firstWait the longest wait before the first retry; zero: as it is
     * @return a copy
     */
    public RetrySpec withLabels(int attempts, Duration firstWait) {
        RetrySpec counted = attempts == 0 ? this : withAttempts(attempts);
        if (firstWait.isZero()) {
            return counted;
        }
        Duration limit = backoff.limit().compareTo(firstWait) < 0 ? firstWait : backoff.limit();
        return counted.withBackoff(backoff(firstWait, limit));
    }

    /**
     * The same for other requests and failures.
     *
     * @param when see {@link #when()}
     * @return a copy
     */
    public RetrySpec withWhen(RetryWhen when) {
        return new RetrySpec(attempts, when, backoff, tryTimeout, deadline, bodyBytes, budget, hedge);
    }

    /**
     * The same with another wait.
     *
     * @param backoff see {@link #backoff()}
     * @return a copy
     */
    public RetrySpec withBackoff(Backoff backoff) {
        return new RetrySpec(attempts, when, backoff, tryTimeout, deadline, bodyBytes, budget, hedge);
    }

    /**
     * The same with another time for one attempt.
     *
     * @param tryTimeout see {@link #tryTimeout()}
     * @return a copy
     */
    public RetrySpec withTryTimeout(Duration tryTimeout) {
        return new RetrySpec(attempts, when, backoff, tryTimeout, deadline, bodyBytes, budget, hedge);
    }

    /**
     * The same with another time for all attempts.
     *
     * @param deadline see {@link #deadline()}
     * @return a copy
     */
    public RetrySpec withDeadline(Duration deadline) {
        return new RetrySpec(attempts, when, backoff, tryTimeout, deadline, bodyBytes, budget, hedge);
    }

    /**
     * The same with another bound of what is kept of a body.
     *
     * @param bodyBytes see {@link #bodyBytes()}
     * @return a copy
     */
    public RetrySpec withBodyBytes(int bodyBytes) {
        return new RetrySpec(attempts, when, backoff, tryTimeout, deadline, bodyBytes, budget, hedge);
    }

    /**
     * The same with another budget.
     *
     * @param budget see {@link #budget()}
     * @return a copy
     */
    public RetrySpec withBudget(BudgetSpec budget) {
        return new RetrySpec(attempts, when, backoff, tryTimeout, deadline, bodyBytes, budget, hedge);
    }

    /**
     * The same with other hedges.
     *
     * @param hedge see {@link #hedge()}
     * @return a copy
     */
    public RetrySpec withHedge(HedgeSpec hedge) {
        return new RetrySpec(attempts, when, backoff, tryTimeout, deadline, bodyBytes, budget, hedge);
    }
}
