package dev.penstock.testkit;

import dev.penstock.discovery.CompositeDiscovery;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.endpoint.ServiceName;
import java.util.List;

class CompositeDiscoveryContractTest extends DiscoveryContract {
    @Override
    protected Subject open() {
        return new ManualSubject((manual, context) -> {
            var empty = new ManualDiscovery("empty", context);
            empty.absent(ServiceName.of("orders"));
            return new CompositeDiscovery(
                    List.of(
                            new CompositeDiscovery.Member("first", empty),
                            new CompositeDiscovery.Member("second", manual)),
                    context,
                    event -> {});
        });
    }
}
