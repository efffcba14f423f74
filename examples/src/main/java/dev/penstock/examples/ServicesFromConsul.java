package dev.penstock.examples;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import java.net.URI;

/** A gateway in front of the healthy instances that Consul knows, as of this moment. */
public final class ServicesFromConsul {
    private ServicesFromConsul() {}

    /**
     * Starts it.
     *
     * @param agent as in {@code 127.0.0.1:8500}
     * @return running, to be closed
     */
    public static Gateway start(String agent) {
        var orders = URI.create("consul://" + agent + "/orders?tag=v2"); // only instances with this tag
        return Gateway.builder()
                .listen("127.0.0.1:0")
                .service(ServiceSpec.of("orders").withDiscover(orders).withBalancer("weighted_round_robin"))
                .route(Match.ALL, "orders")
                .start();
    }
}
