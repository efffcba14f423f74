package dev.penstock.examples;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;

/** How does a program become a gateway? With one statement. */
public final class EmbedInTenLines {
    private EmbedInTenLines() {}

    /**
     * Starts a gateway in front of two endpoints.
     *
     * @param address where clients are accepted, as in {@code 127.0.0.1:8080}
     * @param first an endpoint, as in {@code 127.0.0.1:9001}
     * @param second another
     * @return serves until it is closed
     */
    public static Gateway start(String address, String first, String second) {
        return Gateway.builder()
                .listen(address)
                .service(ServiceSpec.of("site", first, second))
                .route(Match.ALL, "site")
                .start();
    }
}
