package dev.penstock.discovery.dns;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.Watch;
import dev.penstock.time.Backoff;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The services found at the same nameservers. Thread-safe. */
final class DnsDiscovery implements Discovery {
    /** A nameserver that is back is noticed soon; asking costs it little. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), 1.5, Duration.ofSeconds(4), 0.75);

    private final Wire wire;
    private final PolledDiscovery polled;

    DnsDiscovery(Where where, DiscoveryContext context) {
        var pace = new Pace(context.ticker().nanos());
        wire = new Wire(context, where.timeout(), pace);
        var nameservers = new Nameservers(wire, pace, context, where.tries());
        var names = new Names(new Questions(nameservers, context.ticker()));
        var servers = new Servers(where, context.ticker());
        long salt = context.randomness().nextInt(Integer.MAX_VALUE);
        var rules = SourceRules.defaults()
                .withBackoff(BACKOFF)
                .withReadTimeout(Duration.ofMinutes(2)) // questions end by themselves; this is for a flood of them
                .withGuards(where.emptyGuard(), where.shrinkGuard());
        polled = new PolledDiscovery(
                name(where), query -> new DnsReader(Lookup.of(query), servers, names, context, salt), rules, context);
    }

    private static String name(Where where) {
        return where.servers().isEmpty()
                ? "dns " + where.resolvConf()
                : where.servers().stream().map(Nameservers::text).collect(Collectors.joining(",", "dns ", ""));
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        return polled.watch(query, observer);
    }

    @Override
    public void close() {
        polled.close();
        wire.close();
    }
}
