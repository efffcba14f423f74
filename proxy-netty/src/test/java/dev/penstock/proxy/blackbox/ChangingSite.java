package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.service.Snapshot;
import dev.penstock.testkit.Eventually;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A gateway with one service whose endpoints a test sets; a change is in effect when {@link #set} returns. */
final class ChangingSite implements AutoCloseable {
    private static final ServiceName NAME = ServiceName.of("site");

    private final ManualDiscovery discovery = new ManualDiscovery();
    private final Penstock penstock;
    private final Gateway gateway;

    private ChangingSite(ListenerSpec listener, String balancer) {
        var site = ServiceSpec.of("site").withBalancer(balancer).withDiscover(URI.create("manual:///site"));
        penstock = Penstock.builder()
                .discovery("manual", discovery)
                .listener(listener)
                .service(site)
                .route(Match.ALL.withListeners(Set.of(listener.name())), "site")
                .build();
        gateway = Setup.gateway().penstock(penstock).start();
    }

    static ChangingSite of(String balancer, Endpoint... endpoints) {
        var site = new ChangingSite(Setup.LISTENER, balancer);
        site.set(endpoints);
        return site;
    }

    /** One without endpoints yet. */
    static ChangingSite behind(ListenerSpec listener) {
        return new ChangingSite(listener, ServiceSpec.DEFAULT_BALANCER);
    }

    Gateway gateway() {
        return gateway;
    }

    int port() {
        return gateway.port();
    }

    void set(Endpoint... endpoints) {
        discovery.set(NAME, List.of(endpoints));
        var ids = Stream.of(endpoints).map(Endpoint::id).sorted().toList();
        Eventually.eventually(Setup.GENEROUS, () -> assertThat(ids()).isEqualTo(ids));
    }

    /** The ids in the order that the status shows them. */
    List<String> ids() {
        return Setup.members(gateway)
                .map(Snapshot.Member::endpoint)
                .map(Endpoint::id)
                .toList();
    }

    @Override
    public void close() {
        gateway.close();
        penstock.close();
        discovery.close();
    }
}
