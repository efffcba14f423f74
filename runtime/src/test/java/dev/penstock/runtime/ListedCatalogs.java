package dev.penstock.runtime;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.route.Match;
import dev.penstock.route.Route;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Found by the service loader: {@code listed://127.0.0.1:9001/a.test/b.test} sends these hosts to that endpoint. Counts how
 * often it opened something in the name of its service.
 */
public final class ListedCatalogs implements CatalogFactory {
    private int opened;

    @Override
    public String scheme() {
        return "listed";
    }

    @Override
    public void check(URI uri) {
        if (uri.getPort() < 0) {
            throw new IllegalArgumentException("port: none (expected: listed://host:port/hosts)");
        }
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        opened++;
        String service = "listed-" + opened;
        var catalog = new ManualCatalog("listed", context);
        List<RouteSpec> routes = new ArrayList<>();
        for (String host : uri.getPath().substring(1).split("/", -1)) {
            var route = new Route(host, Match.ALL.withHost(host), 0, ServiceName.of(service));
            routes.add(new RouteSpec(route, new Provenance("listed", host)));
        }
        catalog.set(CatalogReader.Found.of(
                routes,
                List.of(ServiceSpec.of(service).withDiscover(URI.create("listed://" + uri.getAuthority()))),
                List.of("entry x: not an address (expected: one)")));
        return catalog;
    }
}
