package dev.penstock.examples;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.StatePublisher;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A source of one's own: a map of addresses that a program writes to from any thread. Services name it by
 * {@code discover: map:NAME}; it is registered by {@code Penstock.builder().discovery(new OwnDiscovery())}.
 */
public final class OwnDiscovery implements DiscoveryFactory {
    private final Map<String, List<Endpoint>> known = new ConcurrentHashMap<>();
    private final Map<String, StatePublisher> published = new ConcurrentHashMap<>();

    /**
     * Says where a service is now.
     *
     * @param name its name here
     * @param addresses as in {@code 127.0.0.1:9001}; none: it is gone
     */
    public void put(String name, String... addresses) {
        List<Endpoint> endpoints = Stream.of(addresses).map(Endpoint::parse).toList();
        known.put(name, endpoints);
        StatePublisher publisher = published.get(name);
        if (publisher != null) {
            publisher.answer(endpoints);
        }
    }

    @Override
    public String scheme() {
        return "map";
    }

    @Override
    public URI shared(URI uri) {
        return URI.create("map:all");
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        return new ServiceQuery(service, uri.getSchemeSpecificPart(), Map.of());
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        return new Source(context);
    }

    /** What is open while a service uses it. The publisher keeps the contract: serial calls, newest state, no echo. */
    private final class Source implements Discovery {
        private final DiscoveryContext context;

        private Source(DiscoveryContext context) {
            this.context = context;
        }

        @Override
        public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
            StatePublisher publisher = published.computeIfAbsent(
                    query.name(),
                    name -> new StatePublisher(query.service(), "map", context.ticker(), context.scheduler()));
            List<Endpoint> endpoints = known.get(query.name()); // after the publisher is there, so that no put is lost
            if (endpoints != null) {
                publisher.answer(endpoints);
            }
            return publisher.watch(observer);
        }

        @Override
        public void close() {
            published.values().forEach(StatePublisher::close);
            published.clear();
        }
    }
}
