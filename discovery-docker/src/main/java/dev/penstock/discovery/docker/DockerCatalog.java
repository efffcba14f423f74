package dev.penstock.discovery.docker;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogPublisher;
import dev.penstock.catalog.CatalogReport;
import dev.penstock.catalog.CatalogState;
import dev.penstock.discovery.DiscoveryContext;
import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;

/** The routes and services that the things of one daemon claim. Thread-safe. */
final class DockerCatalog implements Catalog {
    private final Daemon daemon;
    private final Conventions conventions;
    private final Definitions definitions;
    private final CatalogPublisher publisher;

    DockerCatalog(
            Daemon daemon, Conventions conventions, URI uri, Map<String, String> options, DiscoveryContext context) {
        this.daemon = daemon;
        this.conventions = conventions;
        definitions = new Definitions(daemon.name(), uri, options);
        publisher = new CatalogPublisher(daemon.name(), context.ticker(), context.scheduler());
        daemon.observe(this::changed);
    }

    private void changed() {
        Seen seen = daemon.seen();
        Snapshot snapshot = seen.snapshot();
        if (!seen.problem().isEmpty()) {
            publisher.fail(seen.problem());
        } else if (snapshot != null) {
            definitions.publish(daemon.view(snapshot, conventions), publisher);
        }
    }

    @Override
    public Subscription watch(Consumer<CatalogState> observer) {
        Subscription subscription = publisher.watch(observer);
        daemon.start();
        return subscription;
    }

    @Override
    public CatalogReport report() {
        return publisher.report();
    }

    @Override
    public void close() {
        publisher.close();
        daemon.close();
    }
}
