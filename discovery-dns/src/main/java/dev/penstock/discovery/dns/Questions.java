package dev.penstock.discovery.dns;

import dev.penstock.time.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.xbill.DNS.Message;

/**
 * Asks no question twice within {@link #FRESH}: services that look for one name share what was answered, and what
 * failed. Thread-safe.
 */
final class Questions {
    /** Half the shortest time between two reads of a service; services of one name read at the same moments. */
    static final Duration FRESH = Duration.ofMillis(500);

    private static final long SWEEP_NANOS = Duration.ofSeconds(10).toNanos();

    private final Nameservers nameservers;
    private final Ticker ticker;
    private final Map<Question, Asked> asked = new ConcurrentHashMap<>();
    private final AtomicLong sweptNanos;

    Questions(Nameservers nameservers, Ticker ticker) {
        this.nameservers = nameservers;
        this.ticker = ticker;
        sweptNanos = new AtomicLong(ticker.nanos());
    }

    /** A question under way or answered; compared by identity. */
    private static final class Asked {
        private final long askedNanos;
        private final List<InetSocketAddress> servers;
        private final CompletableFuture<Message> answer = new CompletableFuture<>();

        Asked(long askedNanos, List<InetSocketAddress> servers) {
            this.askedNanos = askedNanos;
            this.servers = servers;
        }

        boolean serves(long now) {
            return !answer.isDone() || now - askedNanos < FRESH.toNanos();
        }
    }

    CompletableFuture<Message> ask(Question question, List<InetSocketAddress> servers) {
        long now = ticker.nanos();
        sweep(now);
        var fresh = new Asked(now, servers);
        Asked shared = asked.compute(
                question,
                (key, before) ->
                        before != null && before.servers.equals(servers) && before.serves(now) ? before : fresh);
        if (shared == fresh) {
            nameservers.ask(question, servers, fresh.answer);
        }
        return shared.answer;
    }

    private void sweep(long now) {
        long before = sweptNanos.get();
        if (now - before > SWEEP_NANOS && sweptNanos.compareAndSet(before, now)) {
            asked.values().removeIf(entry -> !entry.serves(now));
        }
    }
}
