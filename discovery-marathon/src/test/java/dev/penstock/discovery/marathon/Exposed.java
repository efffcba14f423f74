package dev.penstock.discovery.marathon;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.CatalogStatus;
import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.service.Service;
import dev.penstock.testkit.OpenedSource;
import java.net.URI;
import java.util.List;
import java.util.NoSuchElementException;

/** What catalogs of Marathons bring into effect. Closed by the test. */
final class Exposed implements AutoCloseable {
    private final Penstock penstock;

    private Exposed(Penstock penstock) {
        this.penstock = penstock;
    }

    /** The first has the highest precedence. */
    static Exposed of(String... uris) {
        var builder = Penstock.builder();
        for (String uri : uris) {
            builder.catalog(URI.create(uri), CatalogLimits.none());
        }
        return new Exposed(builder.build());
    }

    Penstock penstock() {
        return penstock;
    }

    List<ListenerSpec> listeners() {
        return penstock.table().listeners();
    }

    ListenerSpec listener(String name) {
        return listeners().stream()
                .filter(listener -> listener.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(name));
    }

    ServiceSpec service(String name) {
        return live(name).spec();
    }

    private Service live(String name) {
        return penstock.table()
                .service(ServiceName.of(name))
                .orElseThrow(() -> new AssertionError(name + " among "
                        + penstock.table().services().stream()
                                .map(service -> service.spec().name())
                                .toList()));
    }

    void awaitListeners(String... names) {
        eventually(
                OpenedSource.LIMIT,
                () -> assertThat(listeners())
                        .extracting(ListenerSpec::name)
                        .as("%s", penstock.catalogs())
                        .containsExactlyInAnyOrder(names));
    }

    void awaitEndpoints(String service, String... addresses) {
        eventually(
                OpenedSource.LIMIT,
                () -> assertThat(live(service).snapshot().members())
                        .extracting(member -> address(member.endpoint()))
                        .containsExactlyInAnyOrder(addresses));
    }

    private static String address(Endpoint endpoint) {
        return endpoint.host() + ":" + endpoint.port();
    }

    List<String> skipped() {
        return penstock.catalogs().stream()
                .map(CatalogStatus::skipped)
                .flatMap(List::stream)
                .toList();
    }

    List<String> rejected() {
        return penstock.catalogs().stream()
                .map(CatalogStatus::rejected)
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public void close() {
        penstock.close();
    }
}
