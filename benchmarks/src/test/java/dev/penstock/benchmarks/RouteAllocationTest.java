package dev.penstock.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import dev.penstock.route.RouteTable;
import dev.penstock.route.Routing;
import dev.penstock.route.ValueMatch;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RouteAllocationTest {
    @ParameterizedTest
    @EnumSource(RouteBenchmark.Shape.class)
    void route_benchmarkedTable_matchesEachRequestAndAllocatesNothing(RouteBenchmark.Shape shape) {
        var table = shape.table();
        var requests = shape.requests();

        assertThat(requests).allMatch(request -> table.route(request) instanceof Routing.To);
        assertThat(bytesPerRequest(table, requests)).isLessThan(1);
    }

    @Test
    void route_allKindsOfConditions_allocatesNothing() {
        var match = Match.ALL
                .withHost("*.b.test")
                .withPath(new PathMatch.Pattern("/users/{id}/**/a*b"))
                .withMethods(Set.of("GET", "HEAD"))
                .withHeaders(List.of(new ValueMatch("x-tenant", Set.of("a", "b", "c"))))
                .withQuery(List.of(new ValueMatch("v", Set.of("1", "2"))))
                .withListeners(Set.of("web"));
        var table = RouteTable.compile(List.of(new Route("all", match, 0, ServiceName.of("s"))));
        var request = PlainRequest.get("http://x.b.test/users/7/x/axxb?a&v=2")
                .withHeader("X-Tenant", "c")
                .withListener("web");
        var requests = new PlainRequest[4_096];
        Arrays.fill(requests, request);

        assertThat(table.route(request)).isInstanceOf(Routing.To.class);
        assertThat(bytesPerRequest(table, requests)).isLessThan(1);
    }

    private static double bytesPerRequest(RouteTable table, PlainRequest[] requests) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        threads.getCurrentThreadAllocatedBytes(); // loads what measuring needs
        long before = threads.getCurrentThreadAllocatedBytes();
        for (PlainRequest request : requests) {
            table.route(request);
        }
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / requests.length;
    }
}
