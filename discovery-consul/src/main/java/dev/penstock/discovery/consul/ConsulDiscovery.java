package dev.penstock.discovery.consul;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.Watch;
import java.util.function.Consumer;

/** One agent and all that is watched there. Thread-safe. */
final class ConsulDiscovery implements Discovery {
    private final ConsulSource source;
    private final DiscoveryContext context;
    private final ConsulHttp http;
    private final OneShot oneShot;
    private final Seats seats;
    private final PolledDiscovery polled;
    private final boolean keys;

    private ConsulDiscovery(ConsulSource source, String kind, boolean keys, DiscoveryContext context) {
        this.source = source;
        this.context = context;
        this.keys = keys;
        http = new ConsulHttp(source, context.scheduler(), ConsulHttp.MAX_ANSWER);
        oneShot = new OneShot(source);
        seats = new Seats(Seats.BLOCKING, new Gate(Seats.AT_ONCE, context.scheduler()), () -> {});
        polled = new PolledDiscovery(source.name(kind), this::reader, source.rules(), context);
    }

    /** The services of an agent. */
    static ConsulDiscovery services(ConsulSource source, DiscoveryContext context) {
        return new ConsulDiscovery(source, "consul", false, context);
    }

    /** What registrator keeps in the key-value store. */
    static ConsulDiscovery keys(ConsulSource source, DiscoveryContext context) {
        return new ConsulDiscovery(source, "consulkv", true, context);
    }

    private SourceReader reader(ServiceQuery query) {
        if (query.options().containsKey("prepared")) {
            return new PreparedReader(query, oneShot, source);
        }
        BlockingReader.Asking asking = keys ? new KvAsking(query) : new HealthAsking(query, http, seats.gate());
        return new BlockingReader(asking, seats, http, source, context.ticker());
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        return polled.watch(query, observer);
    }

    @Override
    public void close() {
        polled.close();
        http.close();
        oneShot.close();
    }
}
