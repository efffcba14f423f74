package dev.penstock.benchmarks;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import dev.penstock.route.RouteTable;
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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Cost of one route match by the size of the table.
 *
 * <p>Requests are taken in turn from a pool of distinct objects, as many at each size and each with strings of its own, so
 * that what is read of the request costs the same everywhere and the difference is the table's. Hosts and paths are equally
 * long at each size. A sample is one turn through the pool, short enough that most escape the noise of a busy machine: read
 * the median.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
public class RouteBenchmark {
    private static final int REQUESTS = 4_096;

    /** What the table holds. */
    public enum Shape {
        /** One host. */
        HOSTS_1(1, 0),
        /** A hundred hosts. */
        HOSTS_100(100, 0),
        /** Ten thousand hosts. */
        HOSTS_10000(10_000, 0),
        /** A thousand prefixes below one host. */
        PATHS_1000(1, 1_000);

        private final int hosts;
        private final int paths;

        Shape(int hosts, int paths) {
            this.hosts = hosts;
            this.paths = paths;
        }

        /** The table. */
        public RouteTable table() {
            List<Route> routes = new ArrayList<>();
            for (int i = 0; i < hosts; i++) {
                var match = Match.ALL.withHost(host(i));
                for (int j = 0; j < paths; j++) {
                    routes.add(route(routes.size(), match.withPath(new PathMatch.Prefix(path(j)))));
                }
                if (paths == 0) {
                    routes.add(route(i, match));
                }
            }
            return RouteTable.compile(routes);
        }

        /** Requests of which each matches a route. */
        public PlainRequest[] requests() {
            var random = new SplittableRandom(1);
            var requests = new PlainRequest[REQUESTS];
            for (int i = 0; i < REQUESTS; i++) {
                String host = host(random.nextInt(hosts));
                String path = path(paths == 0 ? random.nextInt(1_000) : random.nextInt(paths));
                requests[i] = PlainRequest.get("http://" + host + path + "/items");
            }
            return requests;
        }

        private static Route route(int number, Match match) {
            return new Route("route-" + number, match, 0, ServiceName.of("service"));
        }

        private static String host(int i) {
            return String.format(Locale.ROOT, "www.site-%05d.example.com", i);
        }

        private static String path(int i) {
            return String.format(Locale.ROOT, "/shop/%04d", i);
        }
    }

    /** The table's shape. */
    @Param
    public Shape shape = Shape.HOSTS_1;

    private RouteTable table = RouteTable.compile(List.of());
    private PlainRequest[] requests = {};

    /** Compiles the table. */
    @Setup
    public void compile() {
        table = shape.table();
        requests = shape.requests();
        // A gateway's table is old: the collector has moved it together, away from what its making left behind.
        System.gc();
    }

    /** Routes each request of the pool. */
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public void route(Blackhole sink) {
        for (PlainRequest request : requests) {
            sink.consume(table.route(request));
        }
    }
}
