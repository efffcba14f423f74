package dev.penstock.benchmarks;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Time from the call of {@code apply} with one endpoint more or less until the new picker is published. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ApplyBenchmark {
    private static final ServiceName NAME = ServiceName.of("subject");

    /** How many endpoints the service has. */
    @Param({"100", "10000"})
    public int endpoints;

    /** Its rule. */
    @Param({"round_robin", "weighted_round_robin", "p2c"})
    public String balancer = "";

    private final Penstock penstock = Penstock.builder().build();
    private CatalogState smaller = state(List.of());
    private CatalogState larger = smaller;
    private boolean grow;

    /** Two sets that differ in one endpoint. */
    @Setup(Level.Trial)
    public void start() {
        List<Endpoint> all = new ArrayList<>();
        for (int i = 0; i <= endpoints; i++) {
            all.add(Endpoint.of("10." + (i >> 16) + "." + ((i >> 8) & 0xff) + "." + (i & 0xff), 80)
                    .withWeight(1 + i % 5));
        }
        smaller = state(all.subList(0, endpoints));
        larger = state(all);
        penstock.apply(smaller);
    }

    private CatalogState state(List<Endpoint> members) {
        ServiceSpec spec = ServiceSpec.of("subject").withBalancer(balancer).withEndpoints(members);
        return new CatalogState("benchmark", List.of(), List.of(RouteSpec.of(Match.ALL, NAME.value())), List.of(spec));
    }

    /** Ends it. */
    @TearDown(Level.Trial)
    public void stop() {
        penstock.close();
    }

    /**
     * Applies the other set.
     *
     * @return the number of candidates that the published picker is made of
     */
    @Benchmark
    public int apply() {
        grow = !grow;
        penstock.apply(grow ? larger : smaller);
        int live = penstock.table()
                .service(NAME)
                .orElseThrow()
                .snapshot()
                .eligible()
                .size();
        if (live != (grow ? endpoints + 1 : endpoints)) {
            throw new IllegalStateException("live: " + live + " (expected: the set applied)");
        }
        return live;
    }
}
