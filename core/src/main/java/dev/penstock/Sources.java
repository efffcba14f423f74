package dev.penstock;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.StaticDiscovery;
import dev.penstock.discovery.Watch;
import dev.penstock.service.ServiceSource;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Opens what feeds services. Thread-safe. */
final class Sources {
    private final DiscoveryContext context;

    Sources(DiscoveryContext context) {
        this.context = context;
    }

    ServiceSource of(ServiceSpec spec) {
        return observer -> {
            var fixed = StaticDiscovery.of(spec.provenance().source(), Map.of(spec.name(), spec.endpoints()), context);
            return new Owning(fixed.watch(ServiceQuery.of(spec.name()), observer), fixed);
        };
    }

    /** A watch that ends its source with itself. */
    private record Owning(Watch watch, Discovery source) implements Watch {
        @Override
        public ServiceState current() {
            return watch.current();
        }

        @Override
        public CompletionStage<ServiceState> firstAnswer() {
            return watch.firstAnswer();
        }

        @Override
        public void close() {
            watch.close();
            source.close();
        }
    }
}
