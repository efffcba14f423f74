package dev.penstock.examples;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import java.net.URI;

/** A gateway in front of the tasks that Marathon runs with a service port, as of this moment. */
public final class ServicesFromMarathon {
    private ServicesFromMarathon() {}

    /**
     * Starts it.
     *
     * @param masters as in {@code 10.0.0.1:8080,10.0.0.2:8080}: one that answers is asked
     * @return running, to be closed
     */
    public static Gateway start(String masters) {
        var shop = URI.create("marathon://" + masters + "?servicePort=1234");
        return Gateway.builder()
                .listen("127.0.0.1:0")
                .service(ServiceSpec.of("shop")
                        .withBalancer("least_requests") // labels may say weights
                        .withDiscover(shop))
                .route(Match.ALL, "shop")
                .start();
    }
}
