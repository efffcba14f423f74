package dev.penstock.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.fuzz.Bytes;
import dev.penstock.request.PlainRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Routes: the compiled table finds what asking one route after the other finds. */
public final class RouteFuzz {
    private static final int MAX_ROUTES = 12;
    private static final List<String> LABELS = List.of("a", "b", "ab", "test");
    private static final List<String> SEGMENTS = List.of("a", "b", "ab", "", ".", "%2f", "A");
    private static final List<String> WILD = List.of("*", "**", "a*", "*b", "*a*", "a*b", "a", "b", "");
    private static final List<String> METHODS = List.of("GET", "POST");
    private static final List<String> VALUES = List.of("1", "2", "");

    private RouteFuzz() {}

    /** Bytes choose routes, then requests, until there are none left. */
    public static void run(byte[] input) {
        var bytes = new Bytes(input);
        List<Route> routes = new ArrayList<>();
        for (int i = bytes.below(MAX_ROUTES); i >= 0; i--) {
            routes.add(new Route("route-" + i, match(bytes), bytes.below(3), ServiceName.of("s" + i)));
        }
        RouteTable table = RouteTable.compile(routes);
        var linear = new LinearTable(routes);
        assertThat(table.routes()).isEqualTo(linear.routes());
        for (int i = 0; i < MAX_ROUTES && !bytes.isOver(); i++) {
            PlainRequest request = request(bytes);
            Route expected = linear.route(request);
            Routing found = table.route(request);
            assertThat(found instanceof Routing.To to ? to.route() : null)
                    .as("%s", request)
                    .isEqualTo(expected);
        }
    }

    private static Match match(Bytes bytes) {
        Match match = Match.ALL.withPath(path(bytes));
        if (bytes.below(4) != 0) {
            match = match.withHost((bytes.below(3) == 1 ? "*." : "") + host(bytes));
        }
        if (bytes.below(3) == 1) {
            match = match.withMethods(Set.copyOf(bytes.some(1, 2, METHODS)));
        }
        if (bytes.below(4) == 1) {
            match = match.withHeaders(List.of(new ValueMatch("X-A", Set.copyOf(bytes.some(0, 2, VALUES)))));
        }
        if (bytes.below(4) == 1) {
            match = match.withQuery(List.of(new ValueMatch("a", Set.copyOf(bytes.some(0, 2, VALUES)))));
        }
        return match;
    }

    private static PathMatch path(Bytes bytes) {
        return switch (bytes.below(4)) {
            case 0 -> new PathMatch.Any();
            case 1 -> new PathMatch.Exact(joined(bytes, SEGMENTS));
            case 2 -> new PathMatch.Prefix(joined(bytes, SEGMENTS));
            default -> new PathMatch.Pattern(joined(bytes, WILD));
        };
    }

    private static String joined(Bytes bytes, List<String> segments) {
        return "/" + String.join("/", bytes.some(1, 4, segments));
    }

    private static String host(Bytes bytes) {
        return String.join(".", bytes.some(1, 3, LABELS));
    }

    private static PlainRequest request(Bytes bytes) {
        String query = bytes.of(List.of("", "?a=1", "?b&a=2", "?a", "?&&a=1&a=2"));
        PlainRequest request =
                PlainRequest.of(bytes.of(METHODS), "http://" + host(bytes) + joined(bytes, SEGMENTS) + query);
        return bytes.below(2) == 0 ? request : request.withHeader("x-a", bytes.of(VALUES));
    }
}
