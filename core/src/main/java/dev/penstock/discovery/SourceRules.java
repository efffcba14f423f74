package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.time.Backoff;
import java.time.Duration;

/**
 * How a {@link SourceLoop} reads and what it believes. Immutable.
 *
 * @param quiet how long no hint may come before one is followed, and the least time from one read to the next; {@code >
 *     0}
 * @param latest how long hints in a row may put off a read at most, {@code >= quiet}
 * @param relist the longest time from an answer to the next read if no hint comes, {@code > 0}; a tenth of it is drawn,
 *     so that services do not read in step
 * @param readTimeout how long one read may take until it counts as failed, {@code > 0}
 * @param emptyGuard how long an answer without endpoints, after one with some, must last to be believed; 0 believes at
 *     once
 * @param shrinkGuard how long an answer with less than half of four or more endpoints must last to be believed; 0
 *     believes at once
 * @param backoff the wait after a failed read
 * @param logged whether the loop logs what fails and what is skipped; not where it passes on what another loop reads
 */
public record SourceRules(
        Duration quiet,
        Duration latest,
        Duration relist,
        Duration readTimeout,
        Duration emptyGuard,
        Duration shrinkGuard,
        Backoff backoff,
        boolean logged) {
    private static final SourceRules DEFAULTS = new SourceRules(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ZERO,
            Backoff.defaults(),
            true);

    /** Checks every component against its range. */
    public SourceRules {
        positive("quiet", quiet);
        positive("relist", relist);
        positive("readTimeout", readTimeout);
        notNegative("emptyGuard", emptyGuard);
        notNegative("shrinkGuard", shrinkGuard);
        requireNonNull(backoff, "backoff");
        if (latest.compareTo(quiet) < 0) {
            throw new IllegalArgumentException("latest: " + latest + " (expected: " + quiet + " or more)");
        }
    }

    private static void positive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: more than 0)");
        }
    }

    private static void notNegative(String what, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: 0 or more)");
        }
    }

    /**
     * What sources use unless told otherwise.
     *
     * @return quiet 100 ms, latest 1 s, re-list 60 s, read timeout 30 s, no guards, {@link Backoff#defaults()}, logged
     */
    public static SourceRules defaults() {
        return DEFAULTS;
    }

    /**
     * The same rules with another debounce.
     *
     * @param quiet see {@link #quiet()}
     * @param latest see {@link #latest()}
     * @return a copy
     */
    public SourceRules withDebounce(Duration quiet, Duration latest) {
        return new SourceRules(quiet, latest, relist, readTimeout, emptyGuard, shrinkGuard, backoff, logged);
    }

    /**
     * The same rules with another pause between reads.
     *
     * @param relist see {@link #relist()}
     * @return a copy
     */
    public SourceRules withRelist(Duration relist) {
        return new SourceRules(quiet, latest, relist, readTimeout, emptyGuard, shrinkGuard, backoff, logged);
    }

    /**
     * The same rules with another limit for a read.
     *
     * @param readTimeout see {@link #readTimeout()}
     * @return a copy
     */
    public SourceRules withReadTimeout(Duration readTimeout) {
        return new SourceRules(quiet, latest, relist, readTimeout, emptyGuard, shrinkGuard, backoff, logged);
    }

    /**
     * The same rules with other guards.
     *
     * @param emptyGuard see {@link #emptyGuard()}
     * @param shrinkGuard see {@link #shrinkGuard()}
     * @return a copy
     */
    public SourceRules withGuards(Duration emptyGuard, Duration shrinkGuard) {
        return new SourceRules(quiet, latest, relist, readTimeout, emptyGuard, shrinkGuard, backoff, logged);
    }

    /**
     * The same rules with another wait after failures.
     *
     * @param backoff see {@link #backoff()}
     * @return a copy
     */
    public SourceRules withBackoff(Backoff backoff) {
        return new SourceRules(quiet, latest, relist, readTimeout, emptyGuard, shrinkGuard, backoff, logged);
    }

    /**
     * The same rules for a loop that logs nothing, since it passes on what another one reads and logs.
     *
     * @return a copy
     */
    public SourceRules unlogged() {
        return new SourceRules(quiet, latest, relist, readTimeout, emptyGuard, shrinkGuard, backoff, false);
    }
}
