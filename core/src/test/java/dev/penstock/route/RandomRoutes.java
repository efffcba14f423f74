package dev.penstock.route;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.PlainRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Routes and requests over alphabets so small that conditions overlap, nest and tie. */
public final class RandomRoutes {
    private static final List<String> LABELS = List.of("a", "b", "ab", "test");
    private static final List<String> SEGMENTS = List.of("a", "b", "ab", "ba", "aab", "");
    private static final List<String> WILD = List.of("{x}", "*", "**", "a*", "*b", "*a*", "a*b", "a", "b", "ab", "");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT");
    private static final List<String> LISTENERS = List.of("web", "admin");
    private static final List<String> SCHEMES = List.of("http", "https");
    private static final List<String> VALUES = List.of("1", "2", "");

    private final SplittableRandom random;

    public RandomRoutes(long seed) {
        random = new SplittableRandom(seed);
    }

    public List<Route> routes() {
        int count = random.nextInt(random.nextInt(8) == 0 ? 200 : 40);
        List<Route> routes = new ArrayList<>();
        boolean restricted = random.nextBoolean();
        boolean priorities = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            int priority = priorities && one(4) ? random.nextInt(-1, 3) : 0;
            routes.add(new Route("route-" + i, match(restricted), priority, ServiceName.of("service-" + i % 5)));
        }
        return routes;
    }

    private Match match(boolean restricted) {
        var match = Match.ALL.withPath(pathMatch());
        if (!one(4)) {
            match = match.withHost((one(3) ? "*." : "") + host());
        }
        if (restricted && one(3)) {
            match = match.withMethods(Set.copyOf(some(METHODS)));
        }
        if (restricted && one(4)) {
            match = match.withListeners(Set.copyOf(some(LISTENERS)));
        }
        if (restricted && one(4)) {
            match = match.withSchemes(Set.copyOf(some(SCHEMES)));
        }
        if (restricted && one(4)) {
            match = match.withHeaders(values(() -> one(2) ? "X-A" : "x-b"));
        }
        if (restricted && one(4)) {
            match = match.withQuery(values(() -> pick(List.of("a", "b", "ab"))));
        }
        return match;
    }

    private PathMatch pathMatch() {
        return switch (random.nextInt(5)) {
            case 0 -> new PathMatch.Any();
            case 1 -> new PathMatch.Exact(path(SEGMENTS));
            case 2, 3 -> new PathMatch.Prefix(path(SEGMENTS));
            default -> new PathMatch.Pattern(pattern());
        };
    }

    private String pattern() {
        String pattern = path(WILD);
        for (int i = 0; pattern.contains("{x}"); i++) {
            pattern = pattern.replaceFirst("\\{x}", "{n" + i + "}");
        }
        return pattern;
    }

    public PlainRequest request() {
        return one(10) ? PlainRequest.connection(pick(LISTENERS), one(2) ? "" : host()) : httpRequest();
    }

    private PlainRequest httpRequest() {
        var url = new StringBuilder();
        if (!one(12)) {
            url.append("http://").append(host());
        }
        url.append(!one(30) ? path(SEGMENTS) : url.isEmpty() ? "*" : "/");
        for (int i = random.nextInt(4); i > 0; i--) {
            url.append(url.indexOf("?") < 0 ? '?' : '&')
                    .append(pick(List.of("a", "a=1", "a=2", "b=1", "ab=", "", "=1")));
        }
        var request = PlainRequest.of(pick(METHODS), url.toString());
        request = one(3) ? request : request.withListener(pick(LISTENERS));
        request = one(2) ? request : request.withScheme("https");
        request = one(2) ? request : request.withHeader("x-a", pick(VALUES));
        return one(2) ? request : request.withHeader("X-B", pick(VALUES));
    }

    private String host() {
        return String.join(".", times(1 + random.nextInt(3), LABELS));
    }

    private String path(List<String> segments) {
        return "/" + String.join("/", times(1 + random.nextInt(5), segments));
    }

    private List<ValueMatch> values(Supplier<String> name) {
        return List.of(new ValueMatch(name.get(), one(3) ? Set.of() : Set.copyOf(some(VALUES))));
    }

    private List<String> some(List<String> all) {
        return times(1 + random.nextInt(2), all);
    }

    private List<String> times(int count, List<String> all) {
        List<String> picked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            picked.add(pick(all));
        }
        return picked;
    }

    private String pick(List<String> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** True once in so many. */
    private boolean one(int in) {
        return random.nextInt(in) == 0;
    }
}
