package dev.penstock.discovery.marathon;

import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a Marathon defines: its service ports, and the routes of its labels. Immutable.
 *
 * @param source the name of the catalog, for people
 * @param shared the URI that names the source
 * @param rules how ports are opened
 */
record Definitions(String source, URI shared, PortRules rules) {
    CatalogReader.Found of(Snapshot snapshot) {
        CatalogReader.Found ports = PortDefinitions.of(source, shared, rules, snapshot);
        LabelDefinitions.Made labels = LabelDefinitions.of(source, shared, rules.balancer(), snapshot);
        List<RouteSpec> routes = new ArrayList<>(ports.routes());
        routes.addAll(labels.routes());
        List<ServiceSpec> services = new ArrayList<>(ports.services());
        services.addAll(labels.services());
        Set<String> skipped = new LinkedHashSet<>(ports.skipped());
        skipped.addAll(labels.problems());
        return CatalogReader.Found.of(routes, services, List.copyOf(skipped)).withListeners(ports.listeners());
    }
}
