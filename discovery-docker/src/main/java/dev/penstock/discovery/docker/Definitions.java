package dev.penstock.discovery.docker;

import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.LabelledSpecs;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.Problems;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.label.LabelRoute;
import dev.penstock.label.LabelService;
import dev.penstock.label.LabelUnion;
import dev.penstock.label.Labelled;
import dev.penstock.route.Route;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes definitions of a view: what several things claim alike is one route, and each service one service. Confined to
 * the serial executor of its daemon. */
final class Definitions {
    /** Keeps them apart from services of the same name that a file defines. */
    static final String SUFFIX = "@docker";

    private static final String WEIGHTED = "weighted_round_robin";

    private final String source;
    private final URI uri;
    private final Map<String, String> options;
    private CatalogReader.@Nullable Found last;
    private Map<String, Labelled> lastClaims = Map.of();
    private List<String> lastUnread = List.of();

    Definitions(String source, URI uri, Map<String, String> options) {
        this.source = source;
        this.uri = uri;
        this.options = Map.copyOf(options);
    }

    /** Of a view; the same as of the last one if its things claim the same. */
    CatalogReader.Found of(View view) {
        Map<String, Labelled> claims = view.claims();
        List<String> unread = view.snapshot().problems();
        CatalogReader.Found known = last;
        if (known == null || !claims.equals(lastClaims) || !unread.equals(lastUnread)) {
            known = made(claims, unread, view.conventions().balancer());
            last = known;
            lastClaims = claims;
            lastUnread = unread;
        }
        return known;
    }

    private CatalogReader.Found made(Map<String, Labelled> claims, List<String> unread, String plain) {
        Map<String, Provenance> firsts = new HashMap<>();
        Set<String> weighted = new HashSet<>();
        claims.forEach((thing, says) -> {
            var provenance = new Provenance(source, thing);
            says.routes().forEach(route -> firsts.putIfAbsent("route " + route.name(), provenance));
            for (LabelService service : says.services()) {
                firsts.putIfAbsent("service " + service.name(), provenance);
                if (service.weight() != 1) {
                    weighted.add(service.name());
                }
            }
        });
        var union = LabelUnion.of(claims);
        var unknown = new Provenance(source, "");
        List<String> problems = new ArrayList<>(unread);
        problems.addAll(union.problems());
        Set<String> refused = new HashSet<>();
        List<ServiceSpec> services = new ArrayList<>();
        for (LabelService service : union.services()) {
            String rule =
                    weighted.contains(service.name()) && plain.equals(ServiceSpec.DEFAULT_BALANCER) ? WEIGHTED : plain;
            Provenance first = firsts.getOrDefault("service " + service.name(), unknown);
            try {
                services.add(service(service, rule, first));
            } catch (IllegalArgumentException e) {
                refused.add(service.name());
                problems.add(first.place() + ": " + Problems.of(e));
            }
        }
        List<RouteSpec> routes = new ArrayList<>();
        for (LabelRoute route : union.routes()) {
            Provenance first = firsts.getOrDefault("route " + route.name(), unknown);
            if (!refused.contains(route.service())) {
                try {
                    var to = ServiceName.of(route.service() + SUFFIX);
                    routes.add(new RouteSpec(
                            new Route(route.name(), route.match(), route.priority(), to), route.middleware(), first));
                } catch (IllegalArgumentException e) {
                    problems.add(first.place() + ": " + Problems.of(e));
                }
            }
        }
        return CatalogReader.Found.of(routes, services, problems);
    }

    private ServiceSpec service(LabelService service, String balancer, Provenance provenance) {
        Map<String, String> query = new HashMap<>(options);
        query.put(Selection.SERVICE, service.name());
        return LabelledSpecs.service(
                ServiceSpec.of(service.name() + SUFFIX)
                        .withBalancer(balancer)
                        .withDiscover(DockerUri.with(uri, query, DockerUri.DISCOVERY))
                        .withProvenance(provenance),
                service);
    }
}
