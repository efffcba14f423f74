package dev.penstock.balancer;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Load;
import dev.penstock.load.Reported;
import dev.penstock.request.Attempts;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A candidate whose load tests set, and what else tests of balancers share. */
final class Fake implements Candidate, Load {
    static final Request REQUEST = PlainRequest.get("http://www.example.com/");

    private final Endpoint endpoint;
    final AtomicInteger inFlight = new AtomicInteger();
    int handicap;
    int slowness;
    double cost;

    @Nullable
    Reported reported;

    Fake(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    static Fake of(int port) {
        return new Fake(Endpoint.of("127.0.0.1", port));
    }

    static Fake of(int port, int weight) {
        return new Fake(Endpoint.of("127.0.0.1", port).withWeight(weight));
    }

    /** Candidates of ports from 1000 up with these weights. */
    static List<Fake> weighing(int... weights) {
        return IntStream.range(0, weights.length)
                .mapToObj(i -> of(1000 + i, weights[i]))
                .toList();
    }

    static List<Fake> many(int count) {
        return weighing(IntStream.generate(() -> 1).limit(count).toArray());
    }

    static PickerContext context(long start, long seed) {
        return new PickerContext(new Cursor(start), new SplitMix(seed), Ticker.system());
    }

    static Picker picker(Balancer balancer, List<Fake> candidates, long seed) {
        return balancer.over(Candidates.of(candidates), PickerContext.begin(new SplitMix(seed), Ticker.system()));
    }

    static Picker picker(Balancer balancer, List<Fake> candidates, long seed, Ticker ticker) {
        return balancer.over(Candidates.of(candidates), PickerContext.begin(new SplitMix(seed), ticker));
    }

    static Request after(Candidate... tried) {
        var attempts = new Attempts();
        for (Candidate candidate : tried) {
            attempts.add(candidate.endpoint().id());
        }
        return PlainRequest.get("http://www.example.com/").withTried(attempts);
    }

    /** The ports of so many picks. */
    static List<Integer> ports(Picker picker, int count) {
        var ports = new ArrayList<Integer>(count);
        for (int i = 0; i < count; i++) {
            ports.add(picker.pick(REQUEST).endpoint().port());
        }
        return ports;
    }

    /** How often each port is picked. */
    static Map<Integer, Integer> counts(List<Integer> ports) {
        var counts = new TreeMap<Integer, Integer>();
        ports.forEach(port -> counts.merge(port, 1, Integer::sum));
        return counts;
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
    public int handicap() {
        return handicap;
    }

    @Override
    public int slowness() {
        return slowness;
    }

    @Override
    public double costNanos() {
        return cost;
    }

    @Override
    public @Nullable Reported reported() {
        return reported;
    }

    @Override
    public long started() {
        return 0;
    }

    @Override
    public long failed() {
        return 0;
    }

    @Override
    public String toString() {
        return endpoint.address();
    }

    /** The testkit has one like it, which core cannot use. */
    static final class SplitMix implements Randomness {
        private final AtomicLong state;

        SplitMix(long seed) {
            state = new AtomicLong(seed);
        }

        @Override
        public long nextLong() {
            long z = state.addAndGet(0x9e3779b97f4a7c15L);
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return z ^ (z >>> 31);
        }

        @Override
        public Randomness fork() {
            return new SplitMix(state.get());
        }
    }
}
