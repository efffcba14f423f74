package dev.penstock.examples;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import java.net.URI;

/** A gateway in front of whatever machines DNS says that a name has, as of this second. */
public final class ServicesFromDns {
    private ServicesFromDns() {}

    /**
     * Starts it.
     *
     * @param nameserver as in {@code 10.0.0.2:53}; empty: those of the system
     * @return running, to be closed
     */
    public static Gateway start(String nameserver) {
        var site = URI.create("dns://" + nameserver + "/site.internal:8080"); // A records, a port of our own
        var api = URI.create("dns://" + nameserver + "/_http._tcp.api.internal"); // SRV records say ports and weights
        return Gateway.builder()
                .listen("127.0.0.1:0")
                .service(ServiceSpec.of("site").withDiscover(site))
                .service(ServiceSpec.of("api").withDiscover(api).withBalancer("weighted_round_robin"))
                .route(Match.ALL.withHost("api.example.com"), "api")
                .route(Match.ALL, "site")
                .start();
    }
}
