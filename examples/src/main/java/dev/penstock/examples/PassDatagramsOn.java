package dev.penstock.examples;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import java.util.Set;

/** How do I balance queries of DNS? */
public final class PassDatagramsOn {
    private PassDatagramsOn() {}

    /**
     * Starts it.
     *
     * @param address where clients ask
     * @param endpoints where queries may go
     * @return to be closed by the caller
     */
    public static Gateway start(String address, String... endpoints) {
        return Gateway.builder()
                .listener(ListenerSpec.of("dns", address)
                        .withProtocol(Protocol.Udp.defaults().withOneShot(true)))
                .service(ServiceSpec.of("resolvers", endpoints).withBalancer("round_robin"))
                .route(Match.ALL.withListeners(Set.of("dns")), "resolvers")
                .start();
    }
}
