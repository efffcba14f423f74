package dev.penstock.load;

import org.jspecify.annotations.Nullable;

/**
 * What one endpoint carries, as this process sees it. Thread-safe; values of different methods need not fit together.
 *
 * <p>More than six methods, because each is one fact of the same endpoint. Only {@link #inFlight()} must be told: what others
 * do not know, they need not invent.
 */
public interface Load {
    /**
     * Requests sent and not yet ended.
     *
     * @return {@code >= 0}
     */
    int inFlight();

    /**
     * Requests given to the endpoint since it was first seen.
     *
     * @return {@code >= 0}
     */
    long started();

    /**
     * Requests that ended in a failure, see {@link Outcome#failed()}.
     *
     * @return {@code >= 0}
     */
    long failed();

    /**
     * Requests of which the first byte of an answer has come.
     *
     * @return {@code >= 0}
     */
    default long answered() {
        return 0;
    }

    /**
     * The time from pick to first byte, summed over {@link #answered()}: divided by it, the mean latency.
     *
     * @return nanoseconds, {@code >= 0}
     */
    default long waitedNanos() {
        return 0;
    }

    /**
     * Requests that the endpoint counts as carrying beyond those in flight, since some failed lately or one waits for its
     * first byte for too long. Fades with time, also where no request comes. Reads no clock: it goes by the moment at which
     * the service was asked last.
     *
     * @return {@code 0} for one that does well; 30 and some more at most
     */
    default int handicap() {
        return 0;
    }

    /**
     * Requests that the endpoint counts as carrying since its answers are slow: if most of them take four times as long as
     * what is usual in the service, or more, so many times. Fades as what {@link #costNanos} says, and goes by the same moment.
     *
     * @return {@code 0} for one that is not slow; 30 at most
     */
    default int slowness() {
        return 0;
    }

    /**
     * What a request costs there: the latency, risen fast where answers took longer, fallen slowly since (by e in 10 s);
     * never less than the oldest request without a first byte waits. A failure counts as a hundred times the mean latency of
     * the service, or as long as it took.
     *
     * @param nowNanos a reading of the clock
     * @return nanoseconds; 0 if nothing is known
     */
    default double costNanos(long nowNanos) {
        return 0;
    }

    /**
     * The same at the moment at which the service was asked last, without reading a clock: what picks go by.
     *
     * @return nanoseconds; 0 if nothing is known
     */
    default double costNanos() {
        return 0;
    }

    /**
     * The share of the last requests that failed. One alone counts a half, and it fades with time (by e in 5 s).
     *
     * @param nowNanos a reading of the clock
     * @return {@code 0..1}
     */
    default double failureShare(long nowNanos) {
        return 0;
    }

    /** What {@link #askedNanos()} says where it is not known. */
    long UNKNOWN = Long.MIN_VALUE;

    /**
     * When the service was asked last before now, to a millisecond: for picks, which need not read a clock then.
     *
     * @return a reading of the clock of the service; {@link #UNKNOWN} if nobody took note
     */
    default long askedNanos() {
        return UNKNOWN;
    }

    /**
     * What the endpoint has told of its own load last.
     *
     * @return null if it never did
     */
    default @Nullable Reported reported() {
        return null;
    }

    /**
     * Requests that the endpoint works on, as {@link Reported#requests} says: what picks go by.
     *
     * @param nowNanos a reading of the clock
     * @param maxAgeNanos up to which a report counts
     * @return negative if it has told nothing of it for so long
     */
    default double reportedRequests(long nowNanos, long maxAgeNanos) {
        Reported last = reported();
        return last == null || last.ageNanos(nowNanos) > maxAgeNanos ? -1 : last.requests(inFlight());
    }

    /**
     * How long a request takes there, as its last report says, however old that is.
     *
     * @return nanoseconds; negative if it did not say
     */
    default double reportedLatencyNanos() {
        Reported last = reported();
        return last == null ? -1 : last.latencyNanos();
    }

    /**
     * Shows its requests in flight on a board from now on, and nowhere else: the board where they were shown before is
     * retired. For balancers that look at many endpoints for each pick. On the control path only.
     *
     * @param board where others may be shown, too
     * @param place of this one
     * @return false if it does not, as unless overridden
     */
    default boolean showOn(LoadBoard board, int place) {
        return false;
    }
}
