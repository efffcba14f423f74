package dev.penstock.examples;

import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.PolledCatalog;
import dev.penstock.catalog.RouteSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.SourceCatalog;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.SourceRules;
import dev.penstock.route.Match;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A catalog of one's own: a file of lines {@code www.example.com 127.0.0.1:9001 127.0.0.1:9002}, each a host and the
 * endpoints behind it. Followed by {@code Gateway.builder().catalog("hosts", new OwnCatalog(...), limits)}; what
 * {@link PolledCatalog} does need not be written again: reading now and then, retries, keeping what was found last.
 */
public final class OwnCatalog implements SourceCatalog {
    private final Path file;
    private final PolledCatalog polled;

    /**
     * Follows a file.
     *
     * @param file read now and then
     * @param rules how often
     * @param context clock, threads and chance
     */
    public OwnCatalog(Path file, SourceRules rules, DiscoveryContext context) {
        this.file = file;
        polled = new PolledCatalog("hosts " + file.getFileName(), this::read, rules, context);
    }

    private CompletionStage<CatalogReader.Found> read() throws IOException {
        List<RouteSpec> routes = new ArrayList<>();
        List<ServiceSpec> services = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.strip().split("\\s+");
            try {
                String host = words[0];
                String[] endpoints = List.of(words).subList(1, words.length).toArray(String[]::new);
                services.add(ServiceSpec.of(host, endpoints));
                routes.add(RouteSpec.of(Match.ALL.withHost(host), host));
            } catch (IllegalArgumentException e) {
                skipped.add(line + ": " + e.getMessage()); // one bad line harms no other
            }
        }
        return CompletableFuture.completedFuture(CatalogReader.Found.of(routes, services, skipped));
    }

    /** Says that the file has changed, for who does not want to wait. */
    public void changed() {
        polled.hint();
    }

    @Override
    public PolledCatalog polled() {
        return polled;
    }
}
