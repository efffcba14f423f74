package dev.penstock.testkit;

import static dev.penstock.testkit.RouteAssert.assertThatRoutes;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import dev.penstock.route.RouteTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteAssertTest {
    private static final Match EXAMPLE = Match.ALL.withHost("www.example.com");
    private static final RouteTable TABLE = RouteTable.compile(List.of(
            route("api", EXAMPLE.withPath(new PathMatch.Prefix("/api")), "orders"), route("rest", EXAMPLE, "site")));
    private static final PlainRequest API = PlainRequest.get("http://www.example.com/api?x=1");
    private static final PlainRequest ROOT = PlainRequest.get("http://www.example.com/");
    private static final PlainRequest OTHER = PlainRequest.get("http://other.test/");

    @Test
    void assertions_thatHold_goOn() {
        assertThatRoutes(TABLE)
                .send(API)
                .to("orders")
                .send(ROOT)
                .by("rest")
                .send(OTHER)
                .nowhere();
    }

    @Test
    void to_conditionFailed_saysWhich() {
        assertThatThrownBy(() -> assertThatRoutes(TABLE).send(ROOT).to("orders"))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("GET www.example.com/: route rest to service site (expected: service orders)")
                .hasMessageEndingWith("  api: path: / (expected: prefix /api)");
    }

    @Test
    void by_askedLater_saysSo() {
        assertThatThrownBy(() -> assertThatRoutes(TABLE).send(API).by("rest"))
                .hasMessageContaining("GET www.example.com/api?x=1: route api to service orders (expected: route rest)")
                .hasMessageEndingWith("rest: matches, but is asked later");
    }

    @Test
    void to_unknownService_saysSo() {
        assertThatThrownBy(() -> assertThatRoutes(TABLE).send(OTHER).to("ordres"))
                .hasMessageStartingWith("GET other.test/: no route (expected: service ordres)")
                .hasMessageEndingWith("the table has no such route");
    }

    @Test
    void nowhere_taken_fails() {
        assertThatThrownBy(() -> assertThatRoutes(TABLE).send(API).nowhere())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("(expected: no route)");
    }

    private static Route route(String name, Match match, String service) {
        return new Route(name, match, 0, ServiceName.of(service));
    }
}
