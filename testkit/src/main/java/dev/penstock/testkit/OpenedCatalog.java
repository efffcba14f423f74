package dev.penstock.testkit;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.CatalogReport;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

/** A catalog of service ports with threads of its own and one subscription, whose newest state is kept. Thread-safe. */
public final class OpenedCatalog implements AutoCloseable {
    private final ControlThreads threads = ControlThreads.create();
    private final Catalog catalog;
    private volatile List<CatalogState> newest = List.of();

    private OpenedCatalog(CatalogFactory factory, URI uri) {
        factory.check(uri);
        catalog = factory.open(uri, new DiscoveryContext(Ticker.system(), threads, Randomness.system()));
        catalog.watch(state -> newest = List.of(state));
    }

    /**
     * Opens a catalog as the configuration does.
     *
     * @param factory of its scheme
     * @param uri names it
     * @return to be closed by the test
     */
    public static OpenedCatalog of(CatalogFactory factory, String uri) {
        return new OpenedCatalog(factory, URI.create(uri));
    }

    /**
     * How it does.
     *
     * @return its report now
     */
    public CatalogReport report() {
        return catalog.report();
    }

    /**
     * What it told last.
     *
     * @return fails if it told nothing yet
     */
    public CatalogState state() {
        assertThat(newest).isNotEmpty();
        return newest.get(0);
    }

    /**
     * The service ports that it told last.
     *
     * @return each as in {@code 80/tcp web [10.0.0.1:8001]}, with the endpoints that the definition itself names
     */
    public List<String> ports() {
        return state().routes().stream().map(this::port).toList();
    }

    private String port(RouteSpec spec) {
        String listener = state().listeners().stream()
                .filter(each -> spec.route().match().listeners().contains(each.name()))
                .map(each -> each.port() + (each.protocol().isOverTcp() ? "/tcp" : "/udp"))
                .collect(Collectors.joining(","));
        String endpoints = state().services().stream()
                .filter(service -> service.name().equals(spec.route().service()))
                .map(OpenedCatalog::addresses)
                .collect(Collectors.joining(" and "));
        return listener + " " + spec.route().service() + " " + endpoints;
    }

    private static String addresses(ServiceSpec service) {
        return service.endpoints().stream()
                .map(Endpoint::address)
                .sorted()
                .toList()
                .toString();
    }

    /**
     * Waits until these are told, and the source can be read.
     *
     * @param ports as {@link #ports} has them, in any order
     */
    public void awaitPorts(String... ports) {
        eventually(OpenedSource.LIMIT, () -> {
            assertThat(report().problem()).isEmpty();
            assertThat(ports()).containsExactlyInAnyOrder(ports);
        });
    }

    /**
     * Waits until the source cannot be read.
     *
     * @param problem part of what is said of it
     */
    public void awaitProblem(String problem) {
        eventually(OpenedSource.LIMIT, () -> assertThat(report().problem()).contains(problem));
    }

    @Override
    public void close() {
        catalog.close();
        threads.close();
    }
}
