package dev.penstock.label;

import dev.penstock.middleware.Middleware;
import dev.penstock.route.Match;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Routes and services of one thing as they are found. Confined to one reading. */
final class LabelDraft {
    private final String ownService;
    private final List<Claim> claims = new ArrayList<>();
    private final Map<String, LabelService> services = new LinkedHashMap<>();
    private final Set<String> broken = new HashSet<>();
    private final Map<String, List<Asked>> asked = new LinkedHashMap<>();

    /** A route, or several where its condition has alternatives; the key is what messages call it. */
    private record Claim(
            String key, String name, List<Match> matches, int priority, String service, List<Middleware> middleware) {}

    /** Retries that a route asks for; the key is what messages call it. */
    private record Asked(String key, LabelRetry retry) {}

    LabelDraft(String ownService) {
        this.ownService = ownService;
    }

    /** The service of the thing where no label names one. */
    String ownService() {
        return ownService;
    }

    void route(
            String key, String name, List<Match> matches, int priority, String service, List<Middleware> middleware) {
        claims.add(new Claim(key, name, matches, priority, service, middleware));
    }

    void service(LabelService service) {
        services.putIfAbsent(service.name(), service);
    }

    /** A service that cannot be understood: what leads to it is left out as well. */
    void brokenService(String name) {
        broken.add(name);
    }

    /** Retries that a route asks for: they are its service's. */
    void retry(String key, String service, LabelRetry retry) {
        asked.computeIfAbsent(service, name -> new ArrayList<>()).add(new Asked(key, retry));
    }

    private void settleRetries(LabelSet labels) {
        asked.forEach((name, all) -> {
            LabelService service = services.get(name);
            LabelRetry first = all.get(0).retry;
            if (service == null) {
                labels.problem(all.get(0).key, "retries of a service that is defined elsewhere; it goes without");
                return;
            }
            services.put(name, service.withRetry(first));
            all.stream()
                    .filter(other -> !other.retry.equals(first))
                    .forEach(other -> labels.problem(
                            other.key, "other retries than another route of the same service; those count"));
        });
    }

    Labelled labelled(LabelSet labels) {
        List<LabelRoute> routes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Claim claim : claims) {
            if (broken.contains(claim.service) && !services.containsKey(claim.service)) {
                labels.problem(claim.key, "left out with its service \"" + LabelSet.shown(claim.service) + "\"");
                continue;
            }
            if (claim.service.equals(ownService) && !services.containsKey(ownService)) {
                service(new LabelService(ownService, 0, 1, "", true));
            }
            for (Match match : claim.matches) {
                routes.add(new LabelRoute(
                        unique(claim.name, names), match, claim.priority, claim.service, claim.middleware));
            }
        }
        settleRetries(labels);
        return new Labelled(true, routes, List.copyOf(services.values()), labels.problems());
    }

    private static String unique(String name, Set<String> taken) {
        String unique = name;
        for (int i = 2; !taken.add(unique); i++) {
            unique = name + " #" + i;
        }
        return unique;
    }
}
