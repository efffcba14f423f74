package dev.penstock.health;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Durations;
import dev.penstock.tls.UpstreamTls;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An active check and its pace. Immutable.
 *
 * @param check what is asked
 * @param interval from the end of one check to the next while all is well
 * @param failingInterval the same while it is not: from the first failure until the endpoint is up
 * @param timeout a check that takes longer has failed
 * @param rise successes in a row after which an endpoint that was down is up, {@code 1..100}
 * @param fall failures in a row after which it is down, {@code 1..100}
 * @param tls how endpoints are asked by TLS, where that is by HTTP; null: without
 * @param preface what a connection to the endpoint's own port begins with before anything else, as a PROXY header; one
 *     byte a character
 * @param heads how long the head of an answer may be, where it is asked by HTTP; beyond: the check has failed
 */
public record CheckSpec(
        Check check,
        Duration interval,
        Duration failingInterval,
        Duration timeout,
        int rise,
        int fall,
        @Nullable UpstreamTls tls,
        String preface,
        HeadLimits heads) {
    /** The longest pause while an endpoint fails, unless said otherwise. */
    private static final Duration WHILE_FAILING = Duration.ofSeconds(5);

    /** Checks ranges. */
    public CheckSpec {
        requireNonNull(check, "check");
        Durations.checkPositive("interval", interval);
        Durations.checkPositive("failingInterval", failingInterval);
        Durations.checkPositive("timeout", timeout);
        checkCount("rise", rise);
        checkCount("fall", fall);
        requireNonNull(preface, "preface");
        requireNonNull(heads, "heads");
    }

    /**
     * A check without TLS and preface.
     *
     * @param check see {@link #check()}
     * @param interval see {@link #interval()}
     * @param failingInterval see {@link #failingInterval()}
     * @param timeout see {@link #timeout()}
     * @param rise see {@link #rise()}
     * @param fall see {@link #fall()}
     */
    public CheckSpec(Check check, Duration interval, Duration failingInterval, Duration timeout, int rise, int fall) {
        this(check, interval, failingInterval, timeout, rise, fall, null, "", HeadLimits.DEFAULT);
    }

    private static void checkCount(String what, int count) {
        if (count < 1 || count > 100) {
            throw new IllegalArgumentException(what + ": " + count + " (expected: 1..100)");
        }
    }

    /**
     * A check at the documented pace.
     *
     * @param check what is asked
     * @return every 15 s, every 5 s while it fails; time-out 5 s; down after 3 failures, up after 2 successes
     */
    public static CheckSpec of(Check check) {
        return new CheckSpec(check, Duration.ofSeconds(15), WHILE_FAILING, Duration.ofSeconds(5), 2, 3);
    }

    /**
     * The same pace for something else.
     *
     * @param check see {@link #check()}
     * @return a copy
     */
    public CheckSpec withCheck(Check check) {
        return new CheckSpec(check, interval, failingInterval, timeout, rise, fall, tls, preface, heads);
    }

    /**
     * The same at another pace.
     *
     * @param interval see {@link #interval()}; the interval while failing is at most as long
     * @return a copy
     */
    public CheckSpec withInterval(Duration interval) {
        Duration failing = interval.compareTo(WHILE_FAILING) < 0 ? interval : WHILE_FAILING;
        return new CheckSpec(check, interval, failing, timeout, rise, fall, tls, preface, heads);
    }

    /**
     * The same at another pace while failing.
     *
     * @param failingInterval see {@link #failingInterval()}
     * @return a copy
     */
    public CheckSpec withFailingInterval(Duration failingInterval) {
        return new CheckSpec(check, interval, failingInterval, timeout, rise, fall, tls, preface, heads);
    }

    /**
     * The same with another time-out.
     *
     * @param timeout see {@link #timeout()}
     * @return a copy
     */
    public CheckSpec withTimeout(Duration timeout) {
        return new CheckSpec(check, interval, failingInterval, timeout, rise, fall, tls, preface, heads);
    }

    /**
     * The same with other counts.
     *
     * @param rise see {@link #rise()}
     * @param fall see {@link #fall()}
     * @return a copy
     */
    public CheckSpec withCounts(int rise, int fall) {
        return new CheckSpec(check, interval, failingInterval, timeout, rise, fall, tls, preface, heads);
    }

    /**
     * The same by TLS or not.
     *
     * @param tls see {@link #tls()}
     * @return a copy
     */
    public CheckSpec withTls(@Nullable UpstreamTls tls) {
        return new CheckSpec(check, interval, failingInterval, timeout, rise, fall, tls, preface, heads);
    }

    /**
     * The same with another preface.
     *
     * @param preface see {@link #preface()}
     * @return a copy
     */
    public CheckSpec withPreface(String preface) {
        return new CheckSpec(check, interval, failingInterval, timeout, rise, fall, tls, preface, heads);
    }

    /**
     * The same check of answers with other heads.
     *
     * @param heads see {@link #heads()}
     * @return a copy
     */
    public CheckSpec withHeads(HeadLimits heads) {
        return new CheckSpec(check, interval, failingInterval, timeout, rise, fall, tls, preface, heads);
    }
}
