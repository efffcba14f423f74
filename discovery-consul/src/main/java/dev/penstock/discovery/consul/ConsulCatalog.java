package dev.penstock.discovery.consul;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.LabelledSpecs;
import dev.penstock.catalog.PolledCatalog;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.SourceCatalog;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.label.LabelReader;
import dev.penstock.label.LabelRoute;
import dev.penstock.label.LabelService;
import dev.penstock.label.Labelled;
import dev.penstock.label.LabelledThing;
import dev.penstock.route.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * All services whose tags claim a route. Thread-safe.
 *
 * <p>One blocking query on the catalog tells each service with the tags of all its instances. A service that claims
 * something is watched by its own {@code consul://} URI, so its instances come and go without a new catalog.
 */
final class ConsulCatalog implements SourceCatalog {
    private final String name;
    private final ConsulUri uri;
    private final ConsulHttp http;
    private final PolledCatalog polled;

    ConsulCatalog(ConsulUri uri, ConsulSource source, DiscoveryContext context) {
        name = source.name("consul");
        this.uri = uri;
        http = new ConsulHttp(source, context.scheduler());
        String target = Asking.target("/v1/catalog/services", uri.options().query(Set.of("dc", "stale", "consistent")));
        var poll = new LongPoll<>(Asking.of(target, this::found), http, context.ticker());
        polled = new PolledCatalog(name, reader(poll, source.blocking()), source.rules(), context);
    }

    /** Asks one blocking query after another. */
    static CatalogReader reader(LongPoll<CatalogReader.Found> poll, Duration wait) {
        return new CatalogReader() {
            @Override
            public CompletionStage<Found> read() {
                return confirm(wait);
            }

            @Override
            public CompletionStage<Found> confirm(Duration longest) {
                return poll.read(longest.compareTo(wait) < 0 ? longest : wait)
                        .map(found -> found.value().withNextRead(found.nextRead()));
            }
        };
    }

    private CatalogReader.Found found(Answer answer) throws IOException {
        answer.check();
        Map<String, List<String>> tagged = new TreeMap<>();
        for (Map.Entry<String, JsonNode> service : answer.json("object").properties()) {
            List<String> tags = new ArrayList<>();
            service.getValue().forEach(tag -> tags.add(tag.asText()));
            tagged.put(service.getKey(), tags);
        }
        List<RouteSpec> routes = new ArrayList<>();
        Map<String, ServiceSpec> services = new LinkedHashMap<>();
        List<String> skipped = new ArrayList<>();
        tagged.forEach((service, tags) -> {
            try {
                define(service, tags, routes, services, skipped);
            } catch (IllegalArgumentException e) {
                skipped.add("service " + service + ": " + e.getMessage());
            }
        });
        return CatalogReader.Found.of(routes, List.copyOf(services.values()), skipped);
    }

    private void define(
            String service,
            List<String> tags,
            List<RouteSpec> routes,
            Map<String, ServiceSpec> services,
            List<String> skipped) {
        String thing = "service " + service;
        Labelled labelled = LabelReader.defaults().read(LabelledThing.ofTags(thing, service, tags));
        skipped.addAll(labelled.problems());
        if (!labelled.enabled() || labelled.routes().isEmpty()) {
            return;
        }
        var provenance = new Provenance(name, thing);
        for (LabelService label : labelled.services()) {
            ServiceSpec spec = service(label, service, provenance);
            if (services.putIfAbsent(label.name(), spec) != null) {
                skipped.add(thing + ": service \"" + label.name() + "\" (expected: defined by one service of Consul)");
            }
            if (label.port() != 0) {
                skipped.add(
                        thing + ": port " + label.port() + " (expected: none; each instance says its own to Consul)");
            }
        }
        for (LabelRoute route : labelled.routes()) {
            routes.add(new RouteSpec(
                    new Route(
                            service + "/" + route.name(),
                            route.match(),
                            route.priority(),
                            ServiceName.of(route.service())),
                    route.middleware(),
                    provenance));
        }
    }

    private ServiceSpec service(LabelService label, String service, Provenance provenance) {
        return LabelledSpecs.service(
                ServiceSpec.of(label.name())
                        .withDiscover(uri.ofService(service))
                        .withProvenance(provenance),
                label);
    }

    @Override
    public PolledCatalog polled() {
        return polled;
    }

    @Override
    public void release() {
        http.close();
    }
}
