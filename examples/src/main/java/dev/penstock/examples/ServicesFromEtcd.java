package dev.penstock.examples;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import java.net.URI;

/** A gateway in front of the containers that registrator keeps in etcd, as of this moment. */
public final class ServicesFromEtcd {
    private ServicesFromEtcd() {}

    /**
     * Starts it.
     *
     * @param members as in {@code 10.0.0.1:2379,10.0.0.2:2379}: one that answers is asked
     * @return running, to be closed
     */
    public static Gateway start(String members) {
        var web = URI.create("etcd://" + members + "/services/web?api=v2"); // registrator writes by the API v2
        return Gateway.builder()
                .listen("127.0.0.1:0")
                .service(ServiceSpec.of("web").withDiscover(web))
                .route(Match.ALL, "web")
                .start();
    }
}
