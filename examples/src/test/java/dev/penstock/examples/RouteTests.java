package dev.penstock.examples;

import static dev.penstock.testkit.RouteAssert.assertThatRoutes;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import dev.penstock.route.RouteTable;
import dev.penstock.route.ValueMatch;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How to test a routing table without sockets. */
class RouteTests {
    private static final Match SHOP = Match.ALL.withHost("www.example.com");
    private static final Match API = SHOP.withPath(new PathMatch.Prefix("/api"));

    private static final RouteTable TABLE = RouteTable.compile(List.of(
            route("shop", SHOP, "site"),
            route("orders", API, "orders"),
            route("writes", API.withMethods(Set.of("POST", "PUT", "DELETE")), "orders-primary"),
            route("beta", API.withHeaders(List.of(new ValueMatch("X-Beta", Set.of("yes")))), "orders-next"),
            route("order lines", SHOP.withPath(new PathMatch.Pattern("/api/orders/{id}/lines")), "lines"),
            route("tenants", Match.ALL.withHost("*.example.com"), "tenants")));

    @Test
    void host_exactBeforeWildcard() {
        assertThatRoutes(TABLE)
                .send(PlainRequest.get("http://www.example.com/"))
                .to("site")
                .send(PlainRequest.get("http://WWW.Example.com.:8080/"))
                .to("site")
                .send(PlainRequest.get("http://a.b.example.com/"))
                .to("tenants")
                .send(PlainRequest.get("http://example.com/"))
                .nowhere();
    }

    @Test
    void path_byWholeSegments_theLongerFirst() {
        assertThatRoutes(TABLE)
                .send(PlainRequest.get("http://www.example.com/api"))
                .by("orders")
                .send(PlainRequest.get("http://www.example.com/api/orders/7"))
                .by("orders")
                .send(PlainRequest.get("http://www.example.com/apix"))
                .by("shop")
                .send(PlainRequest.get("http://www.example.com/api/orders/7/lines"))
                .by("order lines");
    }

    @Test
    void samePath_moreConditionsFirst() {
        var get = PlainRequest.get("http://www.example.com/api/orders?page=2");

        assertThatRoutes(TABLE)
                .send(get)
                .to("orders")
                .send(get.withMethod("POST"))
                .to("orders-primary")
                .send(get.withHeader("x-beta", "yes"))
                .to("orders-next")
                .send(get.withHeader("x-beta", "no"))
                .to("orders");
    }

    private static Route route(String name, Match match, String service) {
        return new Route(name, match, 0, ServiceName.of(service));
    }
}
