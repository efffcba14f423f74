package dev.penstock.route;

import dev.penstock.endpoint.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Many hosts, and paths of a few letters, each of which may be spelt in ways that some take for the same. */
final class Spellings {
    private static final String[] LETTERS = {"A", "a", "%41", "%61", "%4A", "%4a", "%2541", "%2F", "%2f", "%"};

    private final SplittableRandom random;

    Spellings(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A route or two of each host, and some of whole domains. */
    List<Route> routes(int hosts) {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < hosts * 2; i++) {
            String host =
                    i < hosts ? name(i) : random.nextInt(4) == 0 ? "*.d" + random.nextInt(4) + ".test" : host(hosts);
            Match match = Match.ALL.withHost(host).withPath(pathMatch());
            routes.add(new Route("route-" + i, match, 0, ServiceName.of("service-" + i % 7)));
        }
        return routes;
    }

    private PathMatch pathMatch() {
        return switch (random.nextInt(4)) {
            case 0 -> new PathMatch.Any();
            case 1 -> new PathMatch.Exact(path());
            case 2 -> new PathMatch.Pattern(random.nextBoolean() ? "/{x}" + path() : path() + "/**");
            default -> new PathMatch.Prefix(path());
        };
    }

    /** One of so many, in lower case. */
    String host(int hosts) {
        return name(random.nextInt(hosts + 5)); // some that no route names
    }

    private static String name(int number) {
        return "site-" + number + ".d" + number % 5 + ".test";
    }

    /** The same host in another case, with a dot at its end or a port. */
    String otherForm(String host) {
        var other = new StringBuilder();
        for (int i = 0; i < host.length(); i++) {
            String c = host.substring(i, i + 1);
            other.append(random.nextBoolean() ? c.toUpperCase(Locale.ROOT) : c);
        }
        return other + (random.nextBoolean() ? "." : "") + (random.nextBoolean() ? ":8080" : "");
    }

    /** One to three segments of one or two letters. */
    String path() {
        var path = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            path.append('/').append(LETTERS[random.nextInt(LETTERS.length)]);
            if (random.nextBoolean()) {
                path.append(LETTERS[random.nextInt(LETTERS.length)]);
            }
        }
        return path.toString();
    }
}
