package dev.penstock.discovery.dns;

import dev.penstock.time.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;

/**
 * Asks no question twice within {@link #FRESH}: services that look for one name share what was answered, and what
 * failed. Thread-safe.
 */
final class Questions {
    /** Half the shortest time between two reads of a service; services of one name read at the same moments. */
    static final Duration FRESH = Duration.ofMillis(500);

    /** How long a question that nobody asks stays. */
    static final Duration KEPT = Duration.ofSeconds(10);

    private final Nameservers nameservers;
    private final Pace pace;
    private final Ticker ticker;
    private final Map<Question, Topic> topics = new ConcurrentHashMap<>();
    private final AtomicLong sweptNanos;

    Questions(Nameservers nameservers, Pace pace, Ticker ticker) {
        this.nameservers = nameservers;
        this.pace = pace;
        this.ticker = ticker;
        sweptNanos = new AtomicLong(ticker.nanos());
    }

    /** All there is of a question; a new one knows the last reply. */
    Topic topic(Question question, Topic.@Nullable Reply last) {
        return topics.computeIfAbsent(question, key -> new Topic(key, pace, last));
    }

    CompletableFuture<Message> ask(Topic known, List<InetSocketAddress> servers) {
        long now = ticker.nanos();
        sweep(now);
        Topic topic = known;
        while (true) {
            Inquiry fresh = nameservers.inquiry(topic, servers, now);
            Inquiry current = topic.current(fresh, servers, now);
            if (current == fresh) {
                fresh.next();
            }
            if (current != null) {
                return current.answer();
            }
            topic = topic(known.question, known.reply());
        }
    }

    private void sweep(long now) {
        long before = sweptNanos.get();
        if (now - before > KEPT.toNanos() && sweptNanos.compareAndSet(before, now)) {
            topics.values().removeIf(topic -> topic.giveUp(now));
            pace.sweep(now);
        }
    }
}
