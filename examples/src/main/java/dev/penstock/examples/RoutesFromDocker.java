package dev.penstock.examples;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogLimits;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.route.Match;
import java.net.URI;

/** Decides by what the containers of a daemon claim with their labels, beside a service of its own. */
public final class RoutesFromDocker {
    private RoutesFromDocker() {}

    /**
     * Opens it; {@code Gateway.builder().penstock(penstock).start()} serves it.
     *
     * @param daemon as in {@code /var/run/docker.sock} or {@code 10.0.0.2:2375}
     * @return to be closed
     */
    public static Penstock open(String daemon) {
        var labels = URI.create("docker://" + daemon); // every route that labels claim, below example.com only
        var shop = URI.create("docker://" + daemon + "?label=app=shop&port=8080"); // containers with that label
        return Penstock.builder()
                .listener(ListenerSpec.of("127.0.0.1:0"))
                .catalog(labels, CatalogLimits.allowHosts("example.com", "*.example.com"))
                .service(ServiceSpec.of("shop").withDiscover(shop))
                .route(Match.ALL.withHost("shop.example.com"), "shop")
                .build();
    }
}
