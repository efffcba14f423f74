package dev.penstock.gateway;

import dev.penstock.catalog.Catalog;
import dev.penstock.catalog.CatalogFactory;
import dev.penstock.catalog.CatalogReader.Found;
import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ManualCatalog;
import dev.penstock.discovery.DiscoveryContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Catalogs of a third party: listeners as a file has them, an address a line. Found on the class path by its services. */
public final class ListenerFile implements CatalogFactory {
    /** How long their connections have to drain: far longer than a busy machine takes for a change. */
    static final Duration DRAIN = Duration.ofSeconds(8);

    private static final ClientTimeouts TIMEOUTS = ClientTimeouts.defaults().withDrain(DRAIN);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** For the services. */
    public ListenerFile() {}

    @Override
    public String scheme() {
        return "listeners";
    }

    @Override
    public Catalog open(URI uri, DiscoveryContext context) {
        var catalog = new ManualCatalog("listeners", context);
        look(catalog, Path.of(uri.getPath()), context);
        return catalog;
    }

    private static void look(ManualCatalog catalog, Path file, DiscoveryContext context) {
        try {
            List<ListenerSpec> listeners = Files.readAllLines(file).stream()
                    .map(address -> ListenerSpec.of(address, address).withTimeouts(TIMEOUTS))
                    .toList();
            catalog.set(Found.of(List.of(), List.of(), List.of()).withListeners(listeners));
        } catch (IOException e) {
            catalog.fail(e.toString());
        }
        context.scheduler().schedule(BETWEEN_LOOKS, () -> look(catalog, file, context));
    }
}
