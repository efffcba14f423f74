package dev.penstock.route;

import dev.penstock.request.Request;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A route at its place in the order, with its conditions ready to be checked. Immutable. */
final class RankedRoute {
    /** Comes after the rank of every route and stands for no match. */
    static final int NO_RANK = Integer.MAX_VALUE;

    final int rank;
    final Match match;
    final @Nullable SegmentPattern pattern;

    /** Whether there is no condition on scheme, methods, headers and query. */
    final boolean unconditional;

    private final ValueCondition[] headers;
    private final ValueCondition[] query;

    RankedRoute(int rank, Route route) {
        this.rank = rank;
        this.match = route.match();
        this.pattern = match.path() instanceof PathMatch.Pattern path ? SegmentPattern.parse(path.pattern()) : null;
        this.headers = conditions(match.headers());
        this.query = conditions(match.query());
        this.unconditional =
                match.schemes().isEmpty() && match.methods().isEmpty() && headers.length == 0 && query.length == 0;
    }

    private static ValueCondition[] conditions(List<ValueMatch> matches) {
        return matches.stream().map(ValueCondition::new).toArray(ValueCondition[]::new);
    }

    /** The one path that can match, or null. */
    @Nullable
    String exactPath() {
        if (pattern != null && pattern.literal()) {
            return ((PathMatch.Pattern) match.path()).pattern();
        }
        return match.path() instanceof PathMatch.Exact exact ? exact.path() : null;
    }

    /** The whole segments that every matching path begins with; empty if there are none. */
    String pathBeginning() {
        if (match.path() instanceof PathMatch.Prefix prefix) {
            return prefix.path().equals("/") ? "" : prefix.path();
        }
        return pattern == null ? "" : pattern.literalSegments();
    }

    /** Whether every path meets the condition on it. */
    boolean anyPath() {
        return match.path() instanceof PathMatch.Any
                || (match.path() instanceof PathMatch.Prefix prefix
                        && prefix.path().length() == 1);
    }

    /** Whether the path meets the condition on it. */
    boolean pathMatches(String path) {
        if (match.path() instanceof PathMatch.Prefix prefix) {
            return atOrBelow(path, prefix.path());
        }
        if (pattern != null) {
            return pattern.matches(path);
        }
        return !(match.path() instanceof PathMatch.Exact exact) || path.equals(exact.path());
    }

    private static boolean atOrBelow(String path, String prefix) {
        int length = prefix.length();
        return length == 1 || (path.startsWith(prefix) && (path.length() == length || path.charAt(length) == '/'));
    }

    /** Whether scheme, methods, headers and query meet their conditions. */
    boolean restMatches(Request request) {
        return unconditional
                || (schemeMatches(request)
                        && methodMatches(request)
                        && failedHeader(request) == null
                        && failedParameter(request) == null);
    }

    private boolean schemeMatches(Request request) {
        return match.schemes().isEmpty() || match.schemes().contains(request.scheme());
    }

    private boolean methodMatches(Request request) {
        return match.methods().isEmpty() || match.methods().contains(request.method());
    }

    private @Nullable ValueCondition failedHeader(Request request) {
        for (ValueCondition header : headers) {
            if (!header.inHeaders(request)) {
                return header;
            }
        }
        return null;
    }

    private @Nullable ValueCondition failedParameter(Request request) {
        for (ValueCondition parameter : query) {
            if (!parameter.inQuery(request.query())) {
                return parameter;
            }
        }
        return null;
    }

    /** The first condition that fails, in words for a person; empty if all hold. */
    String failed(Request request, boolean apart) {
        if (!match.listeners().isEmpty() && !match.listeners().contains(request.listener())) {
            return failure("listener", shown(request.listener()), oneOf(match.listeners()));
        }
        if (match.listeners().isEmpty() && !request.isHttp()) {
            return failure("listener", "any", request.listener() + ", which takes no HTTP");
        }
        if (match.listeners().isEmpty() && apart) {
            return failure("listener", "any", request.listener() + " by name, which is a port of one service");
        }
        if (!schemeMatches(request)) {
            return failure("scheme", request.scheme(), oneOf(match.schemes()));
        }
        if (!match.host().matches(request.host())) {
            return failure("host", shown(request.host()), match.host().text());
        }
        if (!pathMatches(request.path())) {
            return failure("path", request.path(), match.path().text());
        }
        if (!methodMatches(request)) {
            return failure("method", request.method(), oneOf(match.methods()));
        }
        ValueCondition header = failedHeader(request);
        if (header != null) {
            boolean absent = request.header(header.match().name()) == null;
            return failure("header", header.match(), absent);
        }
        ValueCondition parameter = failedParameter(request);
        return parameter == null ? "" : failure("query", parameter.match(), !parameter.namedIn(request.query()));
    }

    // The value that came is not shown: it may be a secret of the client.
    private static String failure(String where, ValueMatch expected, boolean absent) {
        String values = expected.values().isEmpty() ? "any value" : oneOf(expected.values());
        return failure(where + " " + expected.name(), absent ? "absent" : "another value", values);
    }

    private static String failure(String what, String value, String expected) {
        return what + ": " + value + " (expected: " + expected + ")";
    }

    private static String oneOf(Set<String> expected) {
        return (expected.size() > 1 ? "one of " : "") + String.join(", ", new TreeSet<>(expected));
    }

    private static String shown(String text) {
        return text.isEmpty() ? "none" : text;
    }
}
