package dev.penstock.discovery.docker;

import dev.penstock.catalog.CatalogPublisher;
import dev.penstock.catalog.HostHeader;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.discovery.docker.Reading.Claim;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.label.LabelService;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes definitions of a view: what several things claim alike is one route, and each service one service. Immutable. */
final class Definitions {
    /** Keeps them apart from services of the same name that a file defines. */
    static final String SUFFIX = "@docker";

    private static final String WEIGHTED = "weighted_round_robin";

    private final String source;
    private final URI uri;
    private final Map<String, String> options;

    Definitions(String source, URI uri, Map<String, String> options) {
        this.source = source;
        this.uri = uri;
        this.options = Map.copyOf(options);
    }

    void publish(View view, CatalogPublisher publisher) {
        List<String> problems = new ArrayList<>(view.snapshot().problems());
        Map<String, Provenance> services = new LinkedHashMap<>();
        Map<String, List<LabelService>> settings = new HashMap<>();
        List<RouteSpec> routes = new ArrayList<>();
        Set<Claimed> claimed = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (View.Read read : view.readings()) {
            var provenance = new Provenance(source, read.thing().title());
            problems.addAll(read.reading().problems());
            read.reading().endpoints().keySet().stream()
                    .sorted()
                    .forEach(service -> services.putIfAbsent(service, provenance));
            read.reading()
                    .settings()
                    .forEach((service, said) -> settings.computeIfAbsent(service, s -> new ArrayList<>())
                            .add(said));
            for (Claim claim : read.reading().routes()) {
                if (claimed.add(new Claimed(claim.match(), claim.priority(), claim.service()))) {
                    routes.add(new RouteSpec(route(claim, names), provenance));
                }
            }
        }
        List<ServiceSpec> specs = new ArrayList<>();
        services.forEach((name, provenance) -> specs.add(
                service(name, settings.getOrDefault(name, List.of()), view.conventions(), provenance, problems)));
        publisher.answer(routes, specs, problems);
    }

    /** What replicas claim alike. */
    private record Claimed(Match match, int priority, String service) {}

    private static Route route(Claim claim, Set<String> taken) {
        String name = claim.name();
        for (int i = 2; !taken.add(name); i++) {
            name = claim.name() + " #" + i;
        }
        return new Route(name, claim.match(), claim.priority(), ServiceName.of(claim.service() + SUFFIX));
    }

    private ServiceSpec service(
            String name,
            List<LabelService> said,
            Conventions conventions,
            Provenance provenance,
            List<String> problems) {
        List<String> balancers = said.stream()
                .map(LabelService::balancer)
                .filter(balancer -> !balancer.isEmpty())
                .distinct()
                .sorted()
                .toList();
        if (balancers.size() > 1) {
            problems.add("service " + name + ": balancer: " + String.join(", ", balancers)
                    + " (expected: one); the first is used");
        }
        boolean weighted = said.stream().anyMatch(settings -> settings.weight() != 1)
                && conventions.balancer().equals(ServiceSpec.DEFAULT_BALANCER);
        boolean keeps = said.stream().allMatch(LabelService::keepsHost);
        Map<String, String> query = new HashMap<>(options);
        query.put(Selection.SERVICE, name);
        return new ServiceSpec(
                ServiceName.of(name + SUFFIX),
                balancers.isEmpty() ? (weighted ? WEIGHTED : conventions.balancer()) : balancers.get(0),
                List.of(),
                List.of(DockerUri.with(uri, query, DockerUri.DISCOVERY)),
                UpstreamTimeouts.defaults(),
                ServiceSpec.DEFAULT_ATTEMPTS,
                keeps ? HostHeader.KEEP : HostHeader.ENDPOINT,
                provenance);
    }
}
