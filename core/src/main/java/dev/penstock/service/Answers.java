package dev.penstock.service;

import static java.util.Objects.requireNonNull;

import dev.penstock.load.Outcome;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * What became of the requests of a service, and how long its endpoints took: sums since it was first seen, whatever became of
 * the endpoints. Whoever sends requests tells it of their ends; the rest is known from leases. Thread-safe, lock-free, no
 * allocation; outlives changes of the settings.
 */
public final class Answers {
    /** Up to which a latency counts for a bucket, in seconds; the last bucket, which is not here, has no bound. */
    public static final List<Double> BOUNDS_SECONDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private static final long[] BOUNDS_NANOS = BOUNDS_SECONDS.stream()
            .mapToLong(seconds -> Math.round(seconds * 1e9))
            .toArray();

    /** None, and the hundreds of 1xx to 5xx. */
    private static final int STATUSES = 6;

    private final LongAdder[] statuses = adders(STATUSES);
    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
    private final LongAdder[] latencies = adders(BOUNDS_NANOS.length + 1);
    private final LongAdder latencyNanos = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();

    Answers() {
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    private static LongAdder[] adders(int count) {
        return Stream.generate(LongAdder::new).limit(count).toArray(LongAdder[]::new);
    }

    // ---- telling

    /**
     * A request is over.
     *
     * @param status what its client was sent; 0 if nothing
     * @param received bytes of its body, {@code >= 0}
     * @param sent bytes of the answer's body, {@code >= 0}
     */
    public void ended(int status, long received, long sent) {
        int hundreds = status / 100;
        statuses[hundreds < STATUSES ? hundreds : 0].increment();
        passed(received, sent);
    }

    /**
     * Bytes were passed on.
     *
     * @param received of clients, {@code >= 0}
     * @param sent to clients, {@code >= 0}
     */
    public void passed(long received, long sent) {
        if (received > 0) {
            receivedBytes.add(received);
        }
        if (sent > 0) {
            sentBytes.add(sent);
        }
    }

    /** The first byte of an answer has come after so long. */
    void firstByte(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        latencies[bucket].increment();
        latencyNanos.add(nanos);
    }

    /** An attempt has ended; successes are not counted here. */
    void ended(Outcome outcome) {
        if (outcome != Outcome.SUCCESS) {
            requireNonNull(outcomes.get(outcome), "outcome").increment();
        }
    }

    // ---- asking

    /**
     * Requests that are over, by what their clients were sent.
     *
     * @param hundreds {@code 1..5} for 1xx to 5xx; {@code 0}: nothing
     * @return {@code >= 0}, grows
     */
    public long count(int hundreds) {
        return statuses[hundreds].sum();
    }

    /**
     * Attempts that ended so; of those that succeeded no count is kept.
     *
     * @param outcome how
     * @return {@code >= 0}, grows
     */
    public long count(Outcome outcome) {
        return requireNonNull(outcomes.get(outcome), "outcome").sum();
    }

    /**
     * How often the time from a pick to the first byte of the answer, or to the connection where bytes are passed on, was
     * within each bucket and not within an earlier one.
     *
     * @return one more than {@link #BOUNDS_SECONDS}
     */
    public List<Long> latencies() {
        return Stream.of(latencies).map(LongAdder::sum).toList();
    }

    /**
     * These times together.
     *
     * @return seconds, {@code >= 0}, grows
     */
    public double latencySeconds() {
        return latencyNanos.sum() / 1e9;
    }

    /**
     * Bytes of request bodies, and of the clients of what was passed on.
     *
     * @return {@code >= 0}, grows
     */
    public long receivedBytes() {
        return receivedBytes.sum();
    }

    /**
     * Bytes of the bodies of answers, and those passed on to clients.
     *
     * @return {@code >= 0}, grows
     */
    public long sentBytes() {
        return sentBytes.sum();
    }
}
