package dev.penstock.route;

import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The oracle: sorts by the documented order and asks one route after the other, in code that is plain and slow. */
final class LinearTable {
    private final List<Route> routes;

    LinearTable(List<Route> given) {
        routes = new ArrayList<>();
        for (Route route : given) { // insertion sort: behind every route that does not come after it
            int at = routes.size();
            while (at > 0 && before(route, routes.get(at - 1))) {
                at--;
            }
            routes.add(at, route);
        }
    }

    List<Route> routes() {
        return routes;
    }

    @Nullable
    Route route(Request request) {
        return routes.stream()
                .filter(route -> matches(route.match(), request))
                .findFirst()
                .orElse(null);
    }

    private static boolean before(Route left, Route right) {
        int[] a = key(left);
        int[] b = key(right);
        for (int i = 0; i < a.length; i++) {
            if (a[i] != b[i]) {
                return a[i] > b[i];
            }
        }
        return false;
    }

    /** Numbers of which the greater wins, the first first. */
    private static int[] key(Route route) {
        Match match = route.match();
        String host = match.host().text();
        int hostRank = host.equals("*") ? 0 : host.startsWith("*.") ? host.length() : 1_000;
        String path = match.path().text();
        int wildcard = path.replaceAll("[*{].*", "").length();
        String text = path.substring(path.indexOf(' ') + 1);
        boolean pattern = path.startsWith("pattern ") && wildcard < path.length();
        int[] rank = {0, 0, 0, 0, 0};
        if (path.startsWith("exact ") || (path.startsWith("pattern ") && !pattern)) {
            rank[0] = 2;
        } else if (pattern) {
            rank[0] = 1;
            rank[1] = wildcard - "pattern ".length();
            rank[3] = text.replaceAll("\\{[^}]*\\}|\\*", "").length();
            rank[4] = -(int) Arrays.stream(text.split("/")).filter("**"::equals).count();
        } else if (path.startsWith("prefix ")) {
            rank[0] = 1;
            rank[1] = text.equals("/") ? 0 : text.length();
            rank[2] = 1;
        }
        int conditions = match.headers().size() + match.query().size();
        conditions += match.methods().isEmpty() ? 0 : 1;
        conditions += match.listeners().isEmpty() ? 0 : 1;
        conditions += match.schemes().isEmpty() ? 0 : 1;
        return new int[] {route.priority(), hostRank, rank[0], rank[1], rank[2], rank[3], rank[4], conditions};
    }

    static boolean matches(Match match, Request request) {
        return (match.listeners().isEmpty()
                        ? request.isHttp()
                        : match.listeners().contains(request.listener()))
                && hostMatches(match.host().text(), request.host())
                && pathMatches(match.path(), request.path())
                && (match.schemes().isEmpty() || match.schemes().contains(request.scheme()))
                && (match.methods().isEmpty() || match.methods().contains(request.method()))
                && match.headers().stream().allMatch(header -> headerMatches(header, request))
                && match.query().stream().allMatch(parameter -> queryMatches(parameter, request.query()));
    }

    private static boolean hostMatches(String condition, String host) {
        return condition.equals("*")
                || (condition.startsWith("*.") ? host.endsWith(condition.substring(1)) : host.equals(condition));
    }

    private static boolean pathMatches(PathMatch condition, String path) {
        if (condition instanceof PathMatch.Exact exact) {
            return path.equals(exact.path());
        }
        if (condition instanceof PathMatch.Prefix prefix) {
            return prefix.path().equals("/") || path.equals(prefix.path()) || path.startsWith(prefix.path() + "/");
        }
        return !(condition instanceof PathMatch.Pattern pattern)
                || regex(pattern.pattern()).matcher(path).matches();
    }

    private static Pattern regex(String pattern) {
        var regex = new StringBuilder();
        for (String segment : pattern.substring(1).split("/", -1)) {
            if (segment.equals("**")) {
                regex.append("(/[^/]*)*");
            } else if (segment.startsWith("{")) {
                regex.append("/[^/]+");
            } else {
                regex.append("/\\Q").append(segment.replace("*", "\\E[^/]*\\Q")).append("\\E");
            }
        }
        return Pattern.compile(regex.toString());
    }

    private static boolean headerMatches(ValueMatch condition, Request request) {
        String value = request.header(condition.name());
        return value != null
                && (condition.values().isEmpty() || condition.values().contains(value));
    }

    private static boolean queryMatches(ValueMatch condition, String query) {
        return Arrays.stream(query.split("&"))
                .map(parameter -> parameter.contains("=") ? parameter : parameter + "=")
                .filter(parameter -> parameter.startsWith(condition.name() + "="))
                .map(parameter -> parameter.substring(condition.name().length() + 1))
                .anyMatch(value ->
                        condition.values().isEmpty() || condition.values().contains(value));
    }
}
