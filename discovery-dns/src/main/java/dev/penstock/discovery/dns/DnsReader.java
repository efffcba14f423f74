package dev.penstock.discovery.dns;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.SourceReader;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
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
    private static final long BEAT_NANOS = Duration.ofMillis(200).toNanos();

    private final Lookup lookup;
    private final Servers servers;
    private final Questions questions;
    private final Rounds rounds;
    private final DiscoveryContext context;
    private final long salt;
    private volatile Map<Question, List<InetAddress>> before = Map.of();
    private volatile @Nullable Known known;
    private volatile long dueNanos;

    /** A reader; {@code salt}: the same for all readers of a source, so that gateways do not ask in step. */
    DnsReader(Lookup lookup, Servers servers, Questions questions, Rounds rounds, DiscoveryContext context, long salt) {
        this.salt = salt;
        this.lookup = lookup;
        this.servers = servers;
        this.questions = questions;
        this.rounds = rounds;
        this.context = context;
    }

    /** At once if nothing is known; else waits until something else is answered. */
    @Override
    public CompletionStage<Listing> read() {
        Known last = known;
        return last == null ? ask(servers.current(), Map.of()) : await(new Recheck(this, last, false), dueNanos);
    }

    @Override
    public CompletionStage<Listing> confirm(Duration wait) {
        Known last = known;
        long latest = context.ticker().nanos() + wait.toNanos();
        return last == null ? read() : await(new Recheck(this, last, true), dueNanos - latest < 0 ? dueNanos : latest);
    }

    private CompletionStage<Listing> await(Recheck recheck, long dueNanos) {
        rounds.add(recheck, dueNanos);
        CompletionStage<Listing> listing = recheck.listing();
        listing.whenComplete((found, problem) -> rounds.remove(recheck)); // it may have been called off
        return listing;
    }

    /** Has a read look once more when the answers it knows are old. */
    void wait(Recheck recheck, long ttlSeconds) {
        rounds.add(recheck, due(ttlSeconds));
        if (recheck.listing().isDone()) {
            rounds.remove(recheck); // called off meanwhile
        }
    }

    /** The next read asks at once: this one failed. */
    void forget() {
        known = null;
    }

    CompletableFuture<Message> ask(Topic topic, ResolvConf conf) {
        return questions.ask(topic, conf.servers());
    }

    /** Finds the endpoints; {@code given}: answers that are known already, ended all. */
    CompletionStage<Listing> ask(ResolvConf conf, Map<Question, CompletableFuture<Message>> given) {
        known = null;
        Map<Topic, CompletableFuture<Message>> answers = new ConcurrentHashMap<>(); // topics are compared by identity
        var names = new Names(question -> {
            CompletableFuture<Message> answer = given.get(question);
            Topic topic = questions.topic(question, null);
            CompletableFuture<Message> asked = answer == null ? ask(topic, conf) : answer;
            answers.put(topic, asked);
            return asked;
        });
        return candidate(lookup.candidates(conf), 0, names, Long.MAX_VALUE).thenApply(found -> {
            dueNanos = due(found.ttlSeconds());
            known = Known.of(conf, answers, found.ttlSeconds());
            return found.listing(Duration.ZERO);
        });
    }

    private CompletionStage<Found> candidate(List<Name> candidates, int index, Names names, long ttlSeconds) {
        Name name = candidates.get(index);
        CompletionStage<Found> found = lookup.srv() ? services(name, names) : hosts(name, names);
        return found.thenCompose(end -> {
            Found within = end.within(ttlSeconds);
            boolean last = index == candidates.size() - 1;
            return end.isNothing() && !last
                    ? candidate(candidates, index + 1, names, within.ttlSeconds())
                    : CompletableFuture.completedFuture(within);
        });
    }

    private CompletionStage<Found> hosts(Name name, Names names) {
        return addresses(List.of(Target.of(name, lookup.port())), List.of(), names)
                .thenApply(answers -> answers.found(false, new ArrayList<>()));
    }

    private CompletionStage<Found> services(Name name, Names names) {
        return names.find(new Question(name, Type.SRV)).thenCompose(found -> {
            List<SRVRecord> records = found.records().stream()
                    .filter(SRVRecord.class::isInstance)
                    .map(SRVRecord.class::cast)
                    .toList();
            List<String> skipped = new ArrayList<>();
            List<Target> targets = Target.of(name, records, skipped);
            return addresses(targets, found.additional(), names)
                    .thenApply(answers ->
                            answers.found(!records.isEmpty(), skipped).within(found.ttlSeconds()));
        });
    }

    /** The addresses of all targets, from what the server sent along or from questions side by side. */
    private CompletableFuture<Answers> addresses(List<Target> targets, List<Record> along, Names names) {
        Map<Question, CompletableFuture<Part>> parts = new LinkedHashMap<>();
        List<Integer> types = lookup.ipv6() ? List.of(Type.A, Type.AAAA) : List.of(Type.A);
        for (Target target : targets) {
            for (int type : types) {
                parts.computeIfAbsent(new Question(target.name(), type), question -> part(question, along, names));
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

    private CompletableFuture<Part> part(Question question, List<Record> along, Names names) {
        List<Record> sent = along.stream()
                .filter(r -> Question.isOf(r, question.name(), question.type()))
                .toList();
        if (!sent.isEmpty()) {
            long ttl = sent.stream().mapToLong(Record::getTTL).min().orElse(0);
            return CompletableFuture.completedFuture(new Part(Addresses.of(sent), ttl, null));
        }
        List<InetAddress> known = before.getOrDefault(question, List.of());
        return names.find(question)
                .handle((found, problem) -> Part.of(found, problem, known))
                .toCompletableFuture();
    }

    private void remember(Map<Question, Part> parts) {
        Map<Question, List<InetAddress>> addresses = new HashMap<>();
        parts.forEach((question, part) -> addresses.put(question, part.addresses()));
        before = addresses;
    }

    /** When to ask again. */
    private long due(long ttlSeconds) {
        long now = context.ticker().nanos();
        Duration interval = lookup.interval();
        if (interval == null) {
            Duration ttl = Duration.ofSeconds(Math.min(ttlSeconds, MOST_TTL.toSeconds()));
            long least = (ttl.compareTo(LEAST_TTL) < 0 ? LEAST_TTL : ttl).toNanos();
            double more = context.randomness().nextDouble() / 10;
            return now + least + (long) (least * more); // counted from the answer, as the TTL is
        }
        // Names spread over the beats of the interval, services of one name keep together.
        long nanos = interval.toNanos();
        long beat = Math.floorMod(31L * lookup.name().hashCode() + salt, nanos / BEAT_NANOS);
        return now + nanos - Math.floorMod(now - beat * BEAT_NANOS, nanos);
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
