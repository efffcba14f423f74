package dev.penstock.testkit;

import static java.util.Objects.requireNonNull;

import dev.penstock.request.Request;
import dev.penstock.route.Route;
import dev.penstock.route.RouteTable;
import dev.penstock.route.RouteVerdict;
import dev.penstock.route.Routing;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Assertions on where a routing table sends requests, without sockets. Immutable.
 *
 * <pre>{@code
 * assertThatRoutes(table)
 *         .send(PlainRequest.get("http://www.example.com/api")).to("orders")
 *         .send(PlainRequest.get("http://www.example.com/")).nowhere();
 * }</pre>
 *
 * <p>A failed assertion says which condition of which route did not hold.
 */
public final class RouteAssert {
    // More would hide the answer in a large table.
    private static final int MAX_VERDICTS = 10;

    private final RouteTable table;

    private RouteAssert(RouteTable table) {
        this.table = requireNonNull(table, "table");
    }

    /**
     * Starts assertions on a table.
     *
     * @param table the table to be asked
     * @return its assertions
     */
    public static RouteAssert assertThatRoutes(RouteTable table) {
        return new RouteAssert(table);
    }

    /**
     * Routes a request.
     *
     * @param request what would come in
     * @return assertions on where it went
     */
    public Sent send(Request request) {
        return new Sent(request);
    }

    /** Where one request went. Immutable. */
    public final class Sent {
        private final Request request;
        private final Routing routing;

        private Sent(Request request) {
            this.request = request;
            this.routing = table.route(request);
        }

        /**
         * Asserts that the request went to a service.
         *
         * @param service its name
         * @return the assertions on the table, to go on
         * @throws AssertionError if it went elsewhere
         */
        public RouteAssert to(String service) {
            return require(
                    "service " + service, route -> route.service().value().equals(service));
        }

        /**
         * Asserts that the request was taken by a route.
         *
         * @param name the route's name
         * @return the assertions on the table, to go on
         * @throws AssertionError if another route took it, or none
         */
        public RouteAssert by(String name) {
            return require("route " + name, route -> route.name().equals(name));
        }

        /**
         * Asserts that no route took the request.
         *
         * @return the assertions on the table, to go on
         * @throws AssertionError if a route took it
         */
        public RouteAssert nowhere() {
            if (routing instanceof Routing.NoMatch) {
                return RouteAssert.this;
            }
            throw new AssertionError(message("no route"));
        }

        private RouteAssert require(String expected, Predicate<Route> wanted) {
            if (routing instanceof Routing.To to && wanted.test(to.route())) {
                return RouteAssert.this;
            }
            String others = table.explain(request).stream()
                    .filter(verdict -> wanted.test(verdict.route()))
                    .limit(MAX_VERDICTS)
                    .map(Sent::line)
                    .collect(Collectors.joining());
            throw new AssertionError(message(expected)
                    + (others.isEmpty() ? System.lineSeparator() + "  the table has no such route" : others));
        }

        private String message(String expected) {
            String went = routing instanceof Routing.To to
                    ? "route " + to.route().name() + " to service " + to.route().service()
                    : "no route";
            String query = request.query().isEmpty() ? "" : "?" + request.query();
            return request.method() + " " + request.host() + request.path() + query + ": " + went + " (expected: "
                    + expected + ")";
        }

        private static String line(RouteVerdict verdict) {
            String why = verdict.matched() ? "matches, but is asked later" : verdict.failed();
            return System.lineSeparator() + "  " + verdict.route().name() + ": " + why;
        }
    }
}
