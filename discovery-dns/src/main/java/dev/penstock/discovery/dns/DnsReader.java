package dev.penstock.discovery.dns;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.SourceReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

/**
 * Reads the endpoints of one service. Its reads come one after the other.
 *
 * <p>Of several questions that one read asks, those that fail fall back on what they found before, as long as at least
 * one is answered; if none is, the read fails.
 */
final class DnsReader implements SourceReader {
    private static final Duration LEAST_TTL = Duration.ofSeconds(1);
    private static final Duration MOST_TTL = Duration.ofDays(1);
    private static final long FAILED_TTL_SECONDS = 5;
    private static final long BEAT_NANOS = Duration.ofMillis(50).toNanos();

    private final Lookup lookup;
    private final Servers servers;
    private final Names names;
    private final DiscoveryContext context;
    private final long salt;
    private volatile Map<Question, List<InetAddress>> before = Map.of();

    /** A reader; {@code salt}: the same for all readers of a source, so that gateways do not ask in step. */
    DnsReader(Lookup lookup, Servers servers, Names names, DiscoveryContext context, long salt) {
        this.salt = salt;
        this.lookup = lookup;
        this.servers = servers;
        this.names = names;
        this.context = context;
    }

    @Override
    public CompletionStage<Listing> read() {
        ResolvConf conf = servers.current();
        return candidate(lookup.candidates(conf), 0, conf.servers(), Long.MAX_VALUE);
    }

    private CompletionStage<Listing> candidate(
            List<Name> candidates, int index, List<InetSocketAddress> asked, long ttlSeconds) {
        Name name = candidates.get(index);
        CompletionStage<Found> found = lookup.srv() ? services(name, asked) : hosts(name, asked);
        return found.thenCompose(end -> {
            long ttl = Math.min(ttlSeconds, end.ttlSeconds());
            boolean last = index == candidates.size() - 1;
            return end.isNothing() && !last
                    ? candidate(candidates, index + 1, asked, ttl)
                    : CompletableFuture.completedFuture(end.listing(pause(ttl)));
        });
    }

    private CompletionStage<Found> hosts(Name name, List<InetSocketAddress> asked) {
        return addresses(List.of(Target.of(name, lookup.port())), List.of(), asked)
                .thenApply(answers -> answers.found(false, new ArrayList<>()));
    }

    private CompletionStage<Found> services(Name name, List<InetSocketAddress> asked) {
        return names.find(new Question(name, Type.SRV), asked).thenCompose(found -> {
            List<SRVRecord> records = found.records().stream()
                    .filter(SRVRecord.class::isInstance)
                    .map(SRVRecord.class::cast)
                    .toList();
            List<String> skipped = new ArrayList<>();
            List<Target> targets = Target.of(name, records, skipped);
            return addresses(targets, found.additional(), asked)
                    .thenApply(answers ->
                            answers.found(!records.isEmpty(), skipped).within(found.ttlSeconds()));
        });
    }

    /** The addresses of all targets, from what the server sent along or from questions side by side. */
    private CompletableFuture<Answers> addresses(
            List<Target> targets, List<Record> along, List<InetSocketAddress> asked) {
        Map<Question, CompletableFuture<Part>> parts = new LinkedHashMap<>();
        List<Integer> types = lookup.ipv6() ? List.of(Type.A, Type.AAAA) : List.of(Type.A);
        for (Target target : targets) {
            for (int type : types) {
                parts.computeIfAbsent(new Question(target.name(), type), question -> part(question, along, asked));
            }
        }
        return CompletableFuture.allOf(parts.values().toArray(CompletableFuture[]::new))
                .thenApply(all -> {
                    Map<Question, Part> ended = new LinkedHashMap<>();
                    parts.forEach((question, part) -> ended.put(question, part.join()));
                    remember(ended);
                    return new Answers(targets, types, ended);
                });
    }

    private CompletableFuture<Part> part(Question question, List<Record> along, List<InetSocketAddress> asked) {
        List<Record> sent = along.stream()
                .filter(r -> r.getType() == question.type() && r.getName().equals(question.name()))
                .toList();
        if (!sent.isEmpty()) {
            long ttl = sent.stream().mapToLong(Record::getTTL).min().orElse(0);
            return CompletableFuture.completedFuture(new Part(Addresses.of(sent), ttl, null));
        }
        List<InetAddress> known = before.getOrDefault(question, List.of());
        return names.find(question, asked)
                .handle((found, problem) -> Part.of(found, problem, known))
                .toCompletableFuture();
    }

    private void remember(Map<Question, Part> parts) {
        Map<Question, List<InetAddress>> addresses = new HashMap<>();
        parts.forEach((question, part) -> addresses.put(question, part.addresses()));
        before = addresses;
    }

    private Duration pause(long ttlSeconds) {
        Duration interval = lookup.interval();
        if (interval == null) {
            Duration ttl = Duration.ofSeconds(Math.min(ttlSeconds, MOST_TTL.toSeconds()));
            Duration least = ttl.compareTo(LEAST_TTL) < 0 ? LEAST_TTL : ttl;
            return least.plus(
                    share(least, context.randomness().nextDouble() / 10)); // counted from the answer, as the TTL is
        }
        // Names spread over the beats of the interval, services of one name keep together.
        long nanos = interval.toNanos();
        long beat = Math.floorMod(31L * lookup.name().hashCode() + salt, nanos / BEAT_NANOS);
        return Duration.ofNanos(nanos - Math.floorMod(context.ticker().nanos() - beat * BEAT_NANOS, nanos));
    }

    private static Duration share(Duration whole, double share) {
        return Duration.ofNanos((long) (whole.toNanos() * share));
    }

    /** The end of one question for addresses; {@code problem} is null if it was answered. */
    record Part(
            List<InetAddress> addresses,
            long ttlSeconds,
            @Nullable Throwable problem) {
        static Part of(Names.@Nullable Found found, @Nullable Throwable problem, List<InetAddress> known) {
            return found == null
                    ? new Part(known, FAILED_TTL_SECONDS, problem)
                    : new Part(Addresses.of(found.records()), found.ttlSeconds(), null);
        }
    }
}
