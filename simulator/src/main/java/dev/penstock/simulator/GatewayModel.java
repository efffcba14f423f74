package dev.penstock.simulator;

import dev.penstock.balancer.Balancer;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.Zone;
import dev.penstock.request.Request;
import dev.penstock.retry.Retries;
import dev.penstock.service.Decision;
import dev.penstock.service.Service;
import dev.penstock.service.ServiceContext;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One gateway: the production service with a view of the load of its own. Confined to its simulation. */
final class GatewayModel implements AutoCloseable {
    private final int number;
    private final Zone zone;
    private final Service service;

    GatewayModel(
            int number, Zone zone, ServiceSpec spec, Balancer balancer, Discovery discovery, ServiceContext context) {
        this.number = number;
        this.zone = zone;
        service = Service.start(
                spec, () -> balancer, observer -> discovery.watch(ServiceQuery.of(spec.name()), observer), context);
    }

    /** Its number in the scenario. */
    int number() {
        return number;
    }

    Zone zone() {
        return zone;
    }

    Decision acquire(Request request) {
        return service.acquire(request);
    }

    /** Has a request wait for its turn; false if it must not. */
    boolean await(Request request, Executor executor, Consumer<Decision> later) {
        return service.await(request, executor, later) != null;
    }

    Retries retries() {
        return service.retries();
    }

    @Override
    public void close() {
        service.close();
    }
}
