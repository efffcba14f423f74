package dev.penstock.benchmarks;

import dev.penstock.balancer.Candidate;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Load;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;

/** A candidate as a service keeps it: the counter that a pick reads beside the header, padding, then all else. Thread-safe. */
@SuppressWarnings({"unused", "UnusedVariable"}) // padding is there to take up room
final class BenchmarkCandidate implements Candidate, Load {
    private static final VarHandle IN_FLIGHT;

    static {
        try {
            IN_FLIGHT = MethodHandles.lookup().findVarHandle(BenchmarkCandidate.class, "inFlight", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long inFlight;
    private long after1, after2, after3, after4, after5, after6, after7, after8;
    private long after9, after10, after11, after12, after13, after14, after15;

    private final Endpoint endpoint;
    private final LongAdder started = new LongAdder();
    private final LongAdder failed = new LongAdder();

    BenchmarkCandidate(Endpoint endpoint, int inFlight) {
        this.endpoint = endpoint;
        this.inFlight = inFlight;
    }

    void begin() {
        IN_FLIGHT.getAndAdd(this, 1L);
    }

    void end() {
        IN_FLIGHT.getAndAdd(this, -1L);
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
        return (int) inFlight;
    }

    @Override
    public long started() {
        return started.sum();
    }

    @Override
    public long failed() {
        return failed.sum();
    }
}
