package dev.penstock;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.discovery.DiscoveryRegistry;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.service.Service;
import dev.penstock.service.ServiceContext;
import dev.penstock.service.ServiceSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The running services by name. Confined to the lock of its Penstock. */
final class ServiceTable {
    private final ServiceContext context;
    private final BalancerRegistry balancers;
    private final DiscoveryRegistry discoveries;
    private Map<ServiceName, Service> services = Map.of();

    ServiceTable(ServiceContext context, BalancerRegistry balancers, DiscoveryRegistry discoveries) {
        this.context = context;
        this.balancers = balancers;
        this.discoveries = discoveries;
    }

    /**
     * What a change of the definitions leads to.
     *
     * @param running all services that are to be, in the order defined
     * @param gone those to close once nothing leads to them
     * @param begun completed when the new services whose endpoints are all known beforehand are live
     * @param known completed when all such services are live
     */
    record Change(
            List<Service> running, List<Service> gone, CompletableFuture<Void> begun, CompletableFuture<Void> known) {}

    Change change(List<ServiceSpec> specs) {
        Map<ServiceName, Service> next = new LinkedHashMap<>();
        Map<ServiceName, Service> gone = new LinkedHashMap<>(services);
        List<CompletableFuture<Void>> begun = new ArrayList<>();
        List<CompletableFuture<Void>> changed = new ArrayList<>();
        for (ServiceSpec spec : specs) {
            Service service = gone.remove(spec.name());
            boolean fresh = service == null;
            CompletionStage<Void> settled;
            if (service == null) {
                service = start(spec);
                settled = service.settled();
            } else {
                settled = service.define(spec, balancers::balancer, source(spec));
            }
            next.put(spec.name(), service);
            if (spec.discover().isEmpty()) {
                (fresh ? begun : changed).add(settled.toCompletableFuture());
            }
        }
        services = next;
        CompletableFuture<Void> allBegun = all(begun);
        changed.add(allBegun);
        return new Change(List.copyOf(next.values()), List.copyOf(gone.values()), allBegun, all(changed));
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<Void>> some) {
        return CompletableFuture.allOf(some.toArray(CompletableFuture[]::new));
    }

    private Service start(ServiceSpec spec) {
        ShadowSpec shadow = spec.shadow();
        return Service.start(
                spec,
                () -> balancers.balancer(spec.balancer()),
                shadow == null ? null : () -> balancers.balancer(shadow.balancer()),
                source(spec),
                context);
    }

    private ServiceSource source(ServiceSpec spec) {
        return observer -> discoveries.watch(spec.name(), spec.endpoints(), spec.discover(), observer);
    }

    List<Service> all() {
        return List.copyOf(services.values());
    }
}
