package dev.penstock.discovery.consul;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.UriOptions;
import dev.penstock.discovery.Watch;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One agent and all that is watched there. Thread-safe. */
final class ConsulDiscovery implements Discovery {
    private static final Duration SWEEP = Duration.ofMillis(500);

    private final ConsulSource source;
    private final DiscoveryContext context;
    private final ConsulHttp http;
    private final OneShot oneShot;
    private final Seats seats;
    private final PolledDiscovery polled;
    private final boolean keys;
    private final Map<String, ChangeHints> hints = new HashMap<>();
    private boolean closed;

    private ConsulDiscovery(ConsulSource source, String kind, boolean keys, DiscoveryContext context) {
        this.source = source;
        this.context = context;
        this.keys = keys;
        http = new ConsulHttp(source, context.scheduler());
        oneShot = new OneShot(source);
        seats = new Seats(source.limits().blocking(), this::stands);
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
        return new BlockingReader(
                query,
                keys ? new KvAsking(query) : new HealthAsking(query, http),
                seats,
                http,
                context.ticker(),
                source.blocking(),
                keys ? KvAsking.STANDING_EVERY : HealthAsking.STANDING_EVERY);
    }

    /** The first without a seat in a datacenter starts the hints of that one. */
    private void stands(ServiceQuery query) {
        if (keys) {
            return;
        }
        String options = hintOptions(query);
        synchronized (hints) {
            if (!closed && !hints.containsKey(options)) {
                var made = hintsOf(options);
                hints.put(options, made);
                made.start();
            }
        }
    }

    private static String hintOptions(ServiceQuery query) {
        return UriOptions.of(query.options()).query(Set.of("dc", "stale", "consistent"));
    }

    private ChangeHints hintsOf(String options) {
        var sweeps = new Sweeps(SWEEP, () -> hint(query -> hintOptions(query).equals(options)), context);
        return new ChangeHints(
                options,
                http,
                source,
                context,
                names -> hint(query ->
                        names.contains(query.name()) && hintOptions(query).equals(options)),
                sweeps::ask);
    }

    private void hint(Predicate<ServiceQuery> concerned) {
        Set<ServiceQuery> standing = seats.standing();
        polled.hint(query -> standing.contains(query) && concerned.test(query));
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        return polled.watch(query, observer);
    }

    @Override
    public void close() {
        polled.close();
        synchronized (hints) {
            closed = true;
            hints.values().forEach(ChangeHints::close);
        }
        http.close();
        oneShot.close();
    }
}
