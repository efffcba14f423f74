package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.ServiceState;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Whether a program serves: from the first good answer of every source, or the end of the start timeout, until it is told
 * to end. A source that fails later changes nothing. Thread-safe.
 */
public final class Readiness {
    private final BooleanSupplier succeeded;
    private final Ticker ticker;
    private final long startNanos;
    private final long timeoutNanos;
    private volatile boolean reached;
    private volatile boolean terminating;

    /**
     * Readiness whose start timeout begins now.
     *
     * @param succeeded whether every source has given a good answer, see {@link #succeededOnce}
     * @param ticker where time comes from
     * @param startTimeout how long a source is waited for, {@code >= 0}
     */
    public Readiness(BooleanSupplier succeeded, Ticker ticker, Duration startTimeout) {
        this.succeeded = requireNonNull(succeeded, "succeeded");
        this.ticker = requireNonNull(ticker, "ticker");
        this.startNanos = ticker.nanos();
        this.timeoutNanos = startTimeout.toNanos();
    }

    /** Says that the program was told to end. */
    public void terminate() {
        terminating = true;
    }

    /**
     * Whether it serves now.
     *
     * @return the word for it
     */
    public Status status() {
        if (terminating) {
            return Status.TERMINATING;
        }
        if (!reached && (timedOut() || succeeded.getAsBoolean())) {
            reached = true;
        }
        return reached ? Status.OK : Status.INITIALIZING;
    }

    private boolean timedOut() {
        return ticker.nanos() - startNanos >= timeoutNanos;
    }

    /**
     * Whether the source of a service has given a good answer.
     *
     * @param state what it says at the moment
     * @return true as well if it fails by now
     */
    public static boolean succeededOnce(ServiceState state) {
        return !(state instanceof ServiceState.Pending) && !(state instanceof ServiceState.Failed);
    }
}
