package dev.penstock.discovery.docker;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.UriOptions;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A catalog opened by URI, with a watch of each service that it defines, as a gateway has them. */
final class Watched implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);
    static final Environment NOWHERE = new Environment(Map.of(), Path.of("/nowhere"));

    private final ControlThreads threads = ControlThreads.create();
    private final DiscoveryContext context = new DiscoveryContext(Ticker.system(), threads, Randomness.system());
    private final DockerDiscoveryFactory factory;
    private final Catalog catalog;
    private final Map<URI, Discovery> sources = new HashMap<>();
    private final Map<String, Watch> watches = new HashMap<>();
    private volatile @Nullable CatalogState state;

    private final Environment environment;
    private final String address;

    private Watched(Environment environment, String uri) {
        this.environment = environment;
        address = uri;
        factory = new DockerDiscoveryFactory(environment);
        var catalogs = new DockerCatalogFactory(environment);
        catalogs.check(URI.create(uri));
        catalog = catalogs.open(URI.create(uri), context);
        catalog.watch(told -> state = told);
    }

    static Watched open(String uri) {
        return new Watched(NOWHERE, uri);
    }

    static Watched open(Environment environment, String uri) {
        return new Watched(environment, uri);
    }

    @Nullable
    CatalogState state() {
        return state;
    }

    Catalog catalog() {
        return catalog;
    }

    /** How many entries the daemon's loop left out, counted at each read. */
    long skippedSoFar() {
        var uri = URI.create(address);
        var settings = DockerUri.settings(uri, UriOptions.of(uri, DockerUri.CATALOG), environment);
        try (var daemon = Daemon.hold(settings, environment, DockerDiscoveryFactory.MAX_BYTES, context)) {
            return daemon.part().counts().skipped();
        }
    }

    /** The routes as text: condition on host and path, service. */
    List<String> routes() {
        CatalogState known = state;
        return known == null
                ? List.of()
                : known.routes().stream()
                        .map(spec -> spec.route().match().host().text() + " -> "
                                + spec.route().service())
                        .sorted()
                        .toList();
    }

    ServiceSpec service(String name) {
        CatalogState known = state;
        assertThat(known).isNotNull();
        return known.services().stream()
                .filter(spec -> spec.name().value().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among " + known.services()));
    }

    Watch watch(String name, URI uri) {
        return watches.computeIfAbsent(
                name + uri,
                key -> sources.computeIfAbsent(factory.shared(uri), shared -> factory.open(shared, context))
                        .watch(factory.query(ServiceName.of(name), uri), told -> {}));
    }

    /** The endpoints of every service by its name, with their phase if it is another than active. */
    Map<String, Set<String>> endpoints() {
        Map<String, Set<String>> found = new TreeMap<>();
        CatalogState known = state;
        for (ServiceSpec spec : known == null ? List.<ServiceSpec>of() : known.services()) {
            ServiceState told =
                    watch(spec.name().value(), spec.discover().get(0)).current();
            var texts = new TreeSet<String>();
            for (Endpoint endpoint : told.endpoints()) {
                texts.add(
                        endpoint.address() + (endpoint.phase().name().equals("ACTIVE") ? "" : " " + endpoint.phase()));
            }
            found.put(spec.name().value(), texts);
        }
        return found;
    }

    void await(String... expected) {
        eventually(SOON, () -> assertThat(texts()).containsExactlyInAnyOrder(expected));
    }

    /** As in {@code a.test 127.0.0.1:80, 127.0.0.1:81}. */
    List<String> texts() {
        return endpoints().entrySet().stream()
                .map(service ->
                        service.getKey().replace(Definitions.SUFFIX, "") + " " + String.join(", ", service.getValue()))
                .map(String::strip)
                .toList();
    }

    @Override
    public void close() {
        watches.values().forEach(Watch::close);
        sources.values().forEach(Discovery::close);
        catalog.close();
        threads.close();
    }
}
