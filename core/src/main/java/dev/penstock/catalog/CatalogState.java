package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Everything that a catalog defines at one moment. Immutable.
 *
 * @param source the catalog, as in {@code file penstock.yaml}
 * @param listeners where the proxy accepts
 * @param routes which requests belong to which service, in the order given
 * @param services what serves
 */
public record CatalogState(
        String source, List<ListenerSpec> listeners, List<RouteSpec> routes, List<ServiceSpec> services) {
    /** Copies the lists. */
    public CatalogState {
        requireNonNull(source, "source");
        listeners = List.copyOf(listeners);
        routes = List.copyOf(routes);
        services = List.copyOf(services);
    }
}
