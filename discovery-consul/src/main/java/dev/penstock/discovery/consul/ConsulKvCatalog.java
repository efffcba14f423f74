package dev.penstock.discovery.consul;

import dev.penstock.catalog.CatalogReader;
import dev.penstock.catalog.PolledCatalog;
import dev.penstock.catalog.RegisteredPorts;
import dev.penstock.catalog.ServicePorts;
import dev.penstock.catalog.SourceCatalog;
import dev.penstock.discovery.DiscoveryContext;
import java.io.IOException;

/**
 * All services that registrator keeps below a prefix of the key-value store, with their endpoints: one blocking query.
 * Thread-safe.
 */
final class ConsulKvCatalog implements SourceCatalog {
    private final String name;
    private final String prefix;
    private final ServicePorts ports;
    private final ConsulHttp http;
    private final PolledCatalog polled;

    ConsulKvCatalog(ConsulUri uri, ConsulSource source, ServicePorts ports, DiscoveryContext context) {
        name = source.name("consulkv");
        prefix = (uri.path().isEmpty() ? "services" : uri.path()) + "/";
        this.ports = ports;
        http = new ConsulHttp(source, context.scheduler());
        String target = KvAsking.target(prefix, uri.options());
        var poll = new LongPoll<>(Asking.of(target, this::found), http, context.ticker());
        polled = new PolledCatalog(name, ConsulCatalog.reader(poll, source.blocking()), source.rules(), context);
    }

    private CatalogReader.Found found(Answer answer) throws IOException {
        ConsulKeys.Values keys = ConsulKeys.values(answer);
        var registered = new RegisteredPorts(name);
        keys.skipped().forEach(registered::skip);
        registered.keys(prefix, keys.values(), KvAsking::endpoint);
        return registered.found(ports);
    }

    @Override
    public PolledCatalog polled() {
        return polled;
    }

    @Override
    public void release() {
        http.close();
    }
}
