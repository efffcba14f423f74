package dev.penstock.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import dev.penstock.route.RouteTable;
import dev.penstock.route.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random rules, written down and evaluated directly, against the routes that their text becomes. */
class RulePropertyTest {
    private static final String[] HOSTS = {"a.test", "b.test", "x.a.test"};
    private static final String[] PATHS = {"/", "/api", "/api/", "/apix", "/api/x", "/b"};
    private static final String[] METHODS = {"GET", "POST", "PUT"};
    private static final String[] VALUES = {"1", "2"};

    private SplittableRandom random = new SplittableRandom();

    /** A rule as text and as what it means. */
    private record Written(String text, Predicate<PlainRequest> meaning) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8}) // seeds
    void rule_randomTextAndRequests_matchesWhatItSays(long seed) {
        random = new SplittableRandom(seed);
        int understood = 0;
        for (int i = 0; i < 400; i++) {
            Written rule = rule(3);
            List<Match> matches = matches(rule.text);
            understood += matches.isEmpty() ? 0 : 1;
            RouteTable table = table(matches);
            for (int j = 0; j < 30; j++) {
                PlainRequest request = request();
                assertThat(table.route(request) instanceof Routing.To)
                        .as("seed %d: %s for %s", seed, rule.text, request)
                        .isEqualTo(rule.meaning.test(request));
            }
        }
        assertThat(understood).isGreaterThan(100); // the others can never match
    }

    private static List<Match> matches(String text) {
        try {
            return RuleMatches.of(text);
        } catch (RuleException e) {
            assertThat(e).hasMessageContaining("no request can meet it");
            return List.of();
        }
    }

    private static RouteTable table(List<Match> matches) {
        List<Route> routes = new ArrayList<>();
        for (Match match : matches) {
            routes.add(new Route("r" + routes.size(), match, 0, ServiceName.of("s")));
        }
        return RouteTable.compile(routes);
    }

    private Written rule(int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return condition();
        }
        Written left = rule(depth - 1);
        Written right = rule(depth - 1);
        if (random.nextInt(8) == 0) {
            return new Written("! !(" + left.text + ")", left.meaning);
        }
        return random.nextBoolean()
                ? new Written("(" + left.text + ")" + blanks() + "&&" + right(right), left.meaning.and(right.meaning))
                : new Written(left.text + blanks() + "||" + blanks() + right.text, left.meaning.or(right.meaning));
    }

    /** In parentheses, so that what comes after binds as the meaning says. */
    private String right(Written rule) {
        return blanks() + "(" + rule.text + ")";
    }

    private String blanks() {
        return " ".repeat(random.nextInt(3));
    }

    private Written condition() {
        String host = of(HOSTS);
        String path = of(PATHS);
        String method = of(METHODS);
        String value = of(VALUES);
        String prefix = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return switch (random.nextInt(9)) {
            case 0 ->
                new Written("Host(`" + host + "`)", request -> request.host().equals(host));
            case 1 ->
                new Written(
                        "host(`" + host.toUpperCase(java.util.Locale.ROOT) + "`, \"b.test\")",
                        request -> request.host().equals(host) || request.host().equals("b.test"));
            case 2 ->
                new Written("Path(`" + path + "`)", request -> request.path().equals(path));
            case 3 -> new Written("PathPrefix(\"" + path + "\")", request -> atOrBelow(request.path(), prefix));
            case 4 ->
                new Written(
                        "Method(`" + method + "`)", request -> request.method().equals(method));
            case 5 ->
                new Written(
                        "METHOD(`" + method + "`,`get`)",
                        request -> request.method().equals(method)
                                || request.method().equals("GET"));
            case 6 -> new Written("Headers(`X-V`, `" + value + "`)", request -> value.equals(request.header("x-v")));
            case 7 ->
                new Written(
                        "Query(`v=" + value + "`)", request -> request.query().equals("v=" + value));
            default ->
                new Written(
                        "HostRegexp(`^.+\\.a\\.test$`)",
                        request -> request.host().endsWith(".a.test"));
        };
    }

    private static boolean atOrBelow(String path, String prefix) {
        return prefix.equals("/") || path.equals(prefix) || path.startsWith(prefix + "/");
    }

    private PlainRequest request() {
        String query = random.nextBoolean() ? "" : "?v=" + of(VALUES);
        var request = PlainRequest.of(of(METHODS), "http://" + of(HOSTS) + of(PATHS) + query);
        return random.nextBoolean() ? request : request.withHeader("X-V", of(VALUES));
    }

    private String of(String[] some) {
        return some[random.nextInt(some.length)];
    }
}
