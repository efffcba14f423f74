package dev.penstock.gateway;

import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.CatalogSource;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option of commands whose source may define routes. Confined to one call. */
final class AllowHosts {
    @Option(
            names = "--allow-host",
            split = ",",
            paramLabel = "HOST",
            description = "The hosts that labels and tags may claim, as in www.example.com or *.example.com; any unless"
                    + " said otherwise. May be repeated.")
    private List<String> patterns = new ArrayList<>();

    boolean given() {
        return !patterns.isEmpty();
    }

    /** A catalog within these limits. */
    CatalogSource source(URI from) {
        return new CatalogSource(
                from, given() ? CatalogLimits.allowHosts(patterns.toArray(String[]::new)) : CatalogLimits.none());
    }
}
