package dev.penstock.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.penstock.Penstock;
import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Candidates;
import dev.penstock.balancer.Picker;
import dev.penstock.balancer.PickerContext;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Zone;
import dev.penstock.limit.Limits;
import dev.penstock.load.LoadReport;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.service.Service;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Cost of one pick by rule, number of endpoints and number of threads that share the picker.
 *
 * <p>The candidates are those of a service: each has latencies, a report of its load, and requests in flight, 1.5 in the mean
 * and at random, so that no comparison can be foreseen.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class PickBenchmark {
    private static final String WEIGHTED = " weighted";
    private static final String BUSY = " busy";

    /** The rule, whether no endpoint is idle, and whether they have different weights. */
    @Param({
        "first",
        "round_robin",
        "weighted_round_robin weighted",
        "weighted_round_robin(weights=reported, blackout_s=0, expiry_s=86400)",
        "random",
        "weighted_random weighted",
        "p2c",
        "p2c weighted",
        "p2c_ewma",
        "p2c_ewma weighted",
        "hcl(max_age_ms=3600000)",
        "hcl(max_age_ms=3600000) weighted",
        "least_requests",
        "least_requests weighted",
        "least_requests busy",
        "least_requests busy weighted",
        "rendezvous",
        "rendezvous weighted",
        "ring_hash",
        "maglev",
        "maglev(bound=1.25)",
        "priority/p2c",
        "zone_aware(zone=a)/p2c",
        "subset(size=20)/p2c",
        "sticky/p2c",
        "sticky(by=client)/p2c"
    })
    public String rule = "p2c";

    /** How many endpoints there are. */
    @Param({"10", "100", "1000", "10000"})
    public int endpoints = 10;

    private final Request request = PlainRequest.get("http://www.example.com/").withClient("192.0.2.117");
    private final List<Lease> held = new ArrayList<>();
    private @Nullable Penstock penstock;
    private @Nullable Service service;
    private Picker picker = any -> {
        throw new IllegalStateException("not set up");
    };

    /** Makes the service, its load and the picker. */
    @Setup
    public void make() {
        boolean weighted = rule.endsWith(WEIGHTED);
        boolean busy = rule.contains(BUSY);
        String name = rule.replace(WEIGHTED, "").replace(BUSY, "");
        List<Endpoint> all = new ArrayList<>();
        for (int i = 0; i < endpoints; i++) {
            String host = String.format(Locale.ROOT, "10.1.%d.%d", i / 250, i % 250);
            all.add(Endpoint.of(host, 8080)
                    .withWeight(weighted ? 1 + i % 5 : 1)
                    .withZone(new Zone(i % 2 == 0 ? "a" : "b")));
        }
        Penstock made = Penstock.builder()
                .service(ServiceSpec.of("site")
                        .withBalancer("random")
                        .withLimits(Limits.defaults().withRequests(Limits.MAX_REQUESTS))
                        .withEndpoints(all))
                .build();
        penstock = made;
        Service site = made.table().services().get(0);
        site.settled().toCompletableFuture().join();
        load(site, busy);
        List<Candidate> candidates = site.snapshot().eligible();
        picker = BalancerRegistry.builtIn()
                .balancer(name)
                .over(Candidates.of(candidates), PickerContext.begin(Randomness.system(), Ticker.system()));
        service = site;
    }

    private void load(Service site, boolean busy) {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 10 * endpoints; i++) {
            Lease lease = lease(site);
            lease.report(new LoadReport(
                    0.1 + random.nextDouble(),
                    0,
                    0,
                    100 * random.nextDouble(),
                    0,
                    Map.of(
                            LoadReport.REQUESTS_IN_FLIGHT,
                            (double) random.nextInt(10),
                            LoadReport.LATENCY_MS,
                            1 + random.nextDouble())));
            lease.firstByte();
            lease.complete(Outcome.SUCCESS);
        }
        for (int i = 0; i < endpoints * 3 / 2; i++) {
            hold(lease(site));
        }
        Set<String> idle = new HashSet<>();
        site.snapshot().members().stream()
                .filter(member -> busy && member.load().inFlight() == 0)
                .forEach(member -> idle.add(member.endpoint().id()));
        while (!idle.isEmpty()) {
            Lease lease = lease(site);
            if (idle.remove(lease.endpoint().id())) {
                hold(lease);
            } else {
                lease.firstByte();
                lease.complete(Outcome.SUCCESS);
            }
        }
    }

    private void hold(Lease lease) {
        lease.firstByte();
        held.add(lease);
    }

    private Lease lease(Service site) {
        Decision decision = site.acquire(request);
        if (decision instanceof Lease lease) {
            return lease;
        }
        throw new IllegalStateException(decision.toString());
    }

    /** Ends what was begun. */
    @TearDown
    public void end() {
        held.forEach(Lease::close);
        requireNonNull(penstock, "penstock").close();
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

    /** A whole lease, its answer included, of a service that picks at random while the rule's picker looks on. */
    @Benchmark
    public Lease lease() {
        return ended();
    }

    /** The same, one thread of two. */
    @Benchmark
    @Threads(2)
    public Lease leaseByTwo() {
        return ended();
    }

    private Lease ended() {
        Lease lease = lease(requireNonNull(service, "service"));
        lease.firstByte();
        lease.complete(Outcome.SUCCESS);
        return lease;
    }
}
