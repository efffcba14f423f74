package dev.penstock.discovery.dns;

import dev.penstock.discovery.Discovery;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.PolledDiscovery;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.Watch;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The services found at the same nameservers. Thread-safe. */
final class DnsDiscovery implements Discovery {
    private static final Duration NEVER = Duration.ofDays(365);

    private final Wire wire;
    private final Rounds rounds;
    private final long salt;
    private final PolledDiscovery polled;

    DnsDiscovery(Where where, DiscoveryContext context) {
        var pace = new Pace(context.ticker().nanos());
        wire = new Wire(context, where.timeout());
        var nameservers = new Nameservers(wire, context, where.tries());
        var questions = new Questions(nameservers, pace, context.ticker());
        var servers = new Servers(where, context.ticker());
        rounds = new Rounds(servers, wire, context);
        salt = context.randomness().nextInt(Integer.MAX_VALUE);
        var rules = SourceRules.defaults()
                .withReadTimeout(NEVER) // reads wait for a change; the questions that they ask end by themselves
                .withGuards(where.emptyGuard(), where.shrinkGuard());
        polled = new PolledDiscovery(
                name(where), query -> reader(Lookup.of(query), servers, questions, context), rules, context);
    }

    private DnsReader reader(Lookup lookup, Servers servers, Questions questions, DiscoveryContext context) {
        if (lookup.interval() == null) {
            wire.keepTimes();
        }
        return new DnsReader(lookup, servers, questions, rounds, context, salt);
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
        rounds.close();
        wire.close();
    }
}
