package dev.penstock.discovery;

import dev.penstock.time.Backoff;
import dev.penstock.time.Randomness;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The waits after failed reads. Confined to its loop.
 *
 * <p>A source that answers with errors is left in peace for longer and longer. One that nobody answers at is asked every
 * few seconds: that costs it nothing, and what changed while it was away is wanted as soon as it is back. When one turns
 * into the other, the waits start again, since a server that just came up often answers with errors at first.
 */
final class Retries {
    private static final Duration UNREACHABLE = Duration.ofSeconds(4);
    private static final int DEPTH = 10;

    private final Backoff answering;
    private final Backoff unreachable;
    private final Randomness randomness;
    private int failures;
    private boolean away;

    Retries(Backoff backoff, Randomness randomness) {
        answering = backoff;
        unreachable = backoff.atMost(UNREACHABLE);
        this.randomness = randomness;
    }

    /** Whether the last read did not fail. */
    boolean none() {
        return failures == 0;
    }

    void reset() {
        failures = 0;
    }

    /** The wait after one more failure. */
    Duration after(@Nullable Throwable problem) {
        boolean now = isUnreachable(problem);
        failures = now == away ? failures + 1 : 1;
        away = now;
        return (away ? unreachable : answering).delay(failures, randomness);
    }

    private static boolean isUnreachable(@Nullable Throwable problem) {
        Throwable cause = problem;
        for (int depth = 0; cause != null && depth < DEPTH; depth++) {
            if (cause instanceof ConnectException
                    || cause instanceof NoRouteToHostException
                    || cause instanceof UnknownHostException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
