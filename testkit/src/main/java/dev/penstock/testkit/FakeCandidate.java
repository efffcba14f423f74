package dev.penstock.testkit;

import static java.util.Objects.requireNonNull;

import dev.penstock.balancer.Candidate;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Load;
import dev.penstock.load.Outcome;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A candidate whose load tests set. Thread-safe. */
public final class FakeCandidate implements Candidate, Load {
    private final Endpoint endpoint;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong started = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    private FakeCandidate(Endpoint endpoint) {
        this.endpoint = requireNonNull(endpoint, "endpoint");
    }

    /**
     * A candidate without load.
     *
     * @param endpoint gives id, weight, priority and zone
     * @return the candidate
     */
    public static FakeCandidate of(Endpoint endpoint) {
        return new FakeCandidate(endpoint);
    }

    /**
     * Candidates without load, one for each weight.
     *
     * @param weights each {@code >= 0}
     * @return candidates in the textual order of their ids
     */
    public static List<FakeCandidate> weighing(int... weights) {
        return IntStream.range(0, weights.length)
                .mapToObj(i -> of(Endpoint.of("10.0.0.1", 10_000 + i).withWeight(weights[i])))
                .toList();
    }

    /**
     * Candidates of weight 1 without load.
     *
     * @param count {@code 0..50000}
     * @return candidates in the textual order of their ids
     */
    public static List<FakeCandidate> many(int count) {
        return weighing(IntStream.generate(() -> 1).limit(count).toArray());
    }

    /**
     * Sets how many requests are in flight, whatever was counted before.
     *
     * @param requests {@code >= 0}
     */
    public void carry(int requests) {
        inFlight.set(requests);
    }

    /** Counts a request in. */
    public void begin() {
        started.incrementAndGet();
        inFlight.incrementAndGet();
    }

    /**
     * Counts a request out.
     *
     * @param outcome how it ended
     */
    public void end(Outcome outcome) {
        if (outcome.failed()) {
            failed.incrementAndGet();
        }
        inFlight.decrementAndGet();
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public int weight() {
        return endpoint.weight();
    }

    @Override
    public Load load() {
        return this;
    }

    @Override
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public long started() {
        return started.get();
    }

    @Override
    public long failed() {
        return failed.get();
    }

    @Override
    public String toString() {
        return endpoint.id() + " x" + weight() + ", " + inFlight() + " in flight";
    }
}
