package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A source whose endpoints are given once and never change; services it does not know are absent. Thread-safe.
 */
public final class StaticDiscovery implements Discovery {
    private final ManualDiscovery states;
    private final Map<ServiceName, List<Endpoint>> endpoints;

    private StaticDiscovery(String source, Map<ServiceName, List<Endpoint>> endpoints, DiscoveryContext context) {
        this.endpoints = Map.copyOf(endpoints);
        states = new ManualDiscovery(source, context);
        this.endpoints.forEach(states::set);
    }

    /**
     * Fixed sets by the name that services have at this source.
     *
     * @param source what the sets say as their source, as in {@code "file"}
     * @param endpoints those of each service, distinct by id; an empty list means absent
     * @param context clock, and threads that tell observers
     * @return the source
     * @throws IllegalArgumentException if two endpoints of a service have one id
     */
    public static StaticDiscovery of(
            String source, Map<ServiceName, List<Endpoint>> endpoints, DiscoveryContext context) {
        return new StaticDiscovery(requireNonNull(source, "source"), endpoints, context);
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        var name = ServiceName.of(query.name());
        if (!endpoints.containsKey(name)) {
            states.absent(name);
        }
        return states.watch(query, observer);
    }

    @Override
    public void close() {
        states.close();
    }
}
