package dev.penstock.testkit;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryRegistry;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.Watch;
import java.net.URI;
import java.util.List;
import java.util.function.Consumer;

/** The whole way from a registry's watch to a registered source and back. */
class DiscoveryRegistryContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new ManualSubject((manual, context) -> {
            var registry = new DiscoveryRegistry(context, event -> {});
            registry.register("manual", manual);
            return new Discovery() {
                @Override
                public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
                    return registry.watch(query.service(), List.of(), List.of(URI.create("manual:orders")), observer);
                }

                @Override
                public void close() {
                    registry.close();
                }
            };
        });
    }
}
