package dev.penstock.benchmarks;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Candidates;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.PickerContext;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Cost of one pick by rule, number of endpoints and number of threads that share the picker.
 *
 * <p>Every candidate has 0 to 3 requests in flight, at random, so that no comparison can be foreseen.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class PickBenchmark {
    private static final String WEIGHTED = " weighted";

    /** The rule, and whether endpoints have different weights. */
    @Param({
        "first",
        "round_robin",
        "weighted_round_robin weighted",
        "random",
        "weighted_random weighted",
        "p2c",
        "p2c weighted",
        "least_requests",
        "least_requests weighted",
        "rendezvous",
        "rendezvous weighted",
        "ring_hash",
        "maglev",
        "maglev(bound=1.25)"
    })
    public String rule = "p2c";

    /** How many endpoints there are. */
    @Param({"10", "100", "1000", "10000"})
    public int endpoints = 10;

    private final Request request = PlainRequest.get("http://www.example.com/").withClient("192.0.2.117");
    private Picker picker = any -> {
        throw new IllegalStateException("not set up");
    };

    /** Makes the candidates and the picker. */
    @Setup
    public void make() {
        var random = new SplittableRandom(1);
        boolean weighted = rule.endsWith(WEIGHTED);
        String name = weighted ? rule.substring(0, rule.length() - WEIGHTED.length()) : rule;
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < endpoints; i++) {
            String host = String.format(Locale.ROOT, "10.1.%d.%d", i / 250, i % 250);
            int weight = weighted ? 1 + i % 5 : 1;
            candidates.add(new BenchmarkCandidate(Endpoint.of(host, 8080).withWeight(weight), random.nextInt(4)));
        }
        picker = BalancerRegistry.builtIn()
                .balancer(name)
                .over(Candidates.of(candidates), PickerContext.begin(Randomness.system(), Ticker.system()));
    }

    /** Picks, alone. */
    @Benchmark
    public Candidate pick() {
        return picker.pick(request);
    }

    /** Picks, one thread of two. */
    @Benchmark
    @Threads(2)
    public Candidate pickByTwo() {
        return picker.pick(request);
    }

    /** Picks, counts the request in and out again. */
    @Benchmark
    public Candidate pickAndHold() {
        var picked = (BenchmarkCandidate) picker.pick(request);
        picked.begin();
        picked.end();
        return picked;
    }
}
