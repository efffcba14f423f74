package dev.penstock.testkit;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.DiscoveryFactory;
import dev.penstock.discovery.ManualDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;

/** A factory that the ServiceLoader finds. */
public final class LoadedFactory implements DiscoveryFactory {
    /** Called by the loader. */
    public LoadedFactory() {}

    @Override
    public String scheme() {
        return "loaded";
    }

    @Override
    public URI shared(URI uri) {
        return uri;
    }

    @Override
    public ServiceQuery query(ServiceName service, URI uri) {
        return ServiceQuery.of(service);
    }

    @Override
    public Discovery open(URI shared, DiscoveryContext context) {
        return new ManualDiscovery("loaded", context);
    }
}
