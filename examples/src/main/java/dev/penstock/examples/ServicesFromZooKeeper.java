package dev.penstock.examples;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import java.net.URI;

/** A gateway in front of the instances that announce themselves in ZooKeeper by Curator, as of this moment. */
public final class ServicesFromZooKeeper {
    private ServicesFromZooKeeper() {}

    /**
     * Starts it.
     *
     * @param members as in {@code 10.0.0.1:2181,10.0.0.2:2181}: one that answers is asked
     * @return running, to be closed
     */
    public static Gateway start(String members) {
        var web = URI.create("zk://" + members + "/services/web");
        return Gateway.builder()
                .listen("127.0.0.1:0")
                .service(ServiceSpec.of("web").withDiscover(web))
                .route(Match.ALL, "web")
                .start();
    }
}
