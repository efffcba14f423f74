package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.ServiceState;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * Whether a program serves: from the first good answer of every source, or the end of the start timeout, until it is told
 * to end. A source that fails later changes nothing. Thread-safe.
 */
public final class Readiness {
    private final Supplier<? extends Collection<ServiceState>> sources;
    private final Ticker ticker;
    private final long startNanos;
    private final long timeoutNanos;
    private volatile boolean reached;
    private volatile boolean terminating;

    /**
     * Readiness whose start timeout begins now.
     *
     * @param sources what the sources say at the moment, one state for each service
     * @param ticker where time comes from
     * @param startTimeout how long a source is waited for, {@code >= 0}
     */
    public Readiness(Supplier<? extends Collection<ServiceState>> sources, Ticker ticker, Duration startTimeout) {
        this.sources = requireNonNull(sources, "sources");
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
        if (!reached && (timedOut() || sources.get().stream().allMatch(Readiness::succeededOnce))) {
            reached = true;
        }
        return reached ? Status.OK : Status.INITIALIZING;
    }

    private boolean timedOut() {
        return ticker.nanos() - startNanos >= timeoutNanos;
    }

    private static boolean succeededOnce(ServiceState state) {
        return !(state instanceof ServiceState.Pending) && !(state instanceof ServiceState.Failed);
    }
}
