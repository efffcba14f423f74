package dev.penstock.examples;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Protocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import java.util.Set;

/** How do I balance connections of a database? */
public final class PassConnectionsOn {
    private PassConnectionsOn() {}

    /**
     * Starts it.
     *
     * @param address where clients connect
     * @param endpoints where connections may go
     * @return to be closed by the caller
     */
    public static Gateway start(String address, String... endpoints) {
        return Gateway.builder()
                .listener(ListenerSpec.of("postgres", address).withProtocol(Protocol.Tcp.defaults()))
                .service(ServiceSpec.of("orders-db", endpoints).withBalancer("least_requests"))
                .route(Match.ALL.withListeners(Set.of("postgres")), "orders-db")
                .start();
    }
}
