package dev.penstock.load;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A report of an endpoint, and when it came. Immutable. */
public final class Reported {
    /** An endpoint that says nothing for so long begins a new row of reports, as gRFC A58 has it. */
    public static final Duration GAP = Duration.ofMinutes(3);

    private final LoadReport report;
    private final long atNanos;
    private final long sinceNanos;
    private final int inFlight;
    private final double requests;
    private final double latencyNanos;

    private Reported(LoadReport report, long atNanos, long sinceNanos, int inFlight) {
        this.report = requireNonNull(report, "report");
        this.atNanos = atNanos;
        this.sinceNanos = sinceNanos;
        this.inFlight = inFlight;
        this.requests = report.metric(LoadReport.REQUESTS_IN_FLIGHT); // here, since a pick has no time to look it up
        double millis = report.metric(LoadReport.LATENCY_MS);
        this.latencyNanos = millis < 0 ? -1 : millis * 1e6;
    }

    /**
     * A report that follows another.
     *
     * @param before the one before; null if there was none
     * @param report what it says
     * @param nowNanos a reading of the clock
     * @param inFlight requests that this process has in flight there
     * @return the report, of the same row or of a new one
     */
    public static Reported after(@Nullable Reported before, LoadReport report, long nowNanos, int inFlight) {
        long since = before != null && nowNanos - before.atNanos < GAP.toNanos() ? before.sinceNanos : nowNanos;
        return new Reported(report, nowNanos, since, inFlight);
    }

    /**
     * What it says.
     *
     * @return the report
     */
    public LoadReport report() {
        return report;
    }

    /**
     * How old it is.
     *
     * @param nowNanos a reading of the clock
     * @return nanoseconds, {@code >= 0}
     */
    public long ageNanos(long nowNanos) {
        return Math.max(0, nowNanos - atNanos);
    }

    /**
     * For how long reports have come, without a gap of {@link #GAP}.
     *
     * @param nowNanos a reading of the clock
     * @return nanoseconds, {@code >= 0}
     */
    public long rowNanos(long nowNanos) {
        return Math.max(0, nowNanos - sinceNanos);
    }

    /**
     * Requests that the endpoint works on: what it said, and what this process has sent it beyond since.
     *
     * @param inFlightNow requests that this process has in flight there now
     * @return negative if it did not say
     */
    public double requests(int inFlightNow) {
        return requests < 0 ? requests : requests + Math.max(0, inFlightNow - inFlight);
    }

    /**
     * How long a request takes there.
     *
     * @return nanoseconds; negative if it did not say
     */
    public double latencyNanos() {
        return latencyNanos;
    }
}
