package dev.penstock.discovery.dns;

import dev.penstock.discovery.Listing;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.xbill.DNS.Message;

/**
 * One read that waits for a change: asks again what the read before had asked, each time it is due, and ends as soon as
 * something is answered otherwise, or not at all. Looks come one after the other.
 */
final class Recheck implements Comparable<Recheck> {
    private final DnsReader reader;
    private final Known known;
    private final boolean once;
    private final CompletableFuture<Listing> listing = new CompletableFuture<>();

    // guarded by the lock of its rounds
    private long dueNanos;
    private long number;

    /**
     * Waits for nothing yet.
     *
     * @param known what is to change
     * @param once whether it ends with its first look even if nothing has
     */
    Recheck(DnsReader reader, Known known, boolean once) {
        this.reader = reader;
        this.known = known;
        this.once = once;
    }

    /** Its end; cancelled by whoever is not interested any more. */
    CompletableFuture<Listing> listing() {
        return listing;
    }

    void setDue(long dueNanos, long number) {
        this.dueNanos = dueNanos;
        this.number = number;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** Asks the same again, or anew where other servers or domains count by now. */
    void look(ResolvConf conf) {
        if (listing.isDone()) {
            return;
        }
        try {
            if (conf.equals(known.conf())) {
                ask(conf);
            } else {
                end(reader.ask(conf, Map.of()));
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void ask(ResolvConf conf) {
        Map<Question, CompletableFuture<Message>> answers = new HashMap<>();
        for (Question question : known.answers().keySet()) {
            answers.put(question, reader.ask(question, conf));
        }
        CompletionStage<Void> all = CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new));
        all.whenComplete((done, problem) -> answered(conf, answers));
    }

    private void answered(ResolvConf conf, Map<Question, CompletableFuture<Message>> answers) {
        if (listing.isDone()) {
            return;
        }
        try {
            if (!once && known.isStill(answers)) {
                reader.wait(this, known.ttlSeconds());
            } else {
                end(reader.ask(conf, answers));
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void end(CompletionStage<Listing> read) {
        read.whenComplete((found, problem) -> {
            if (found != null) {
                listing.complete(found);
            } else {
                listing.completeExceptionally(problem);
            }
        });
    }

    void fail(RuntimeException problem) {
        reader.forget();
        listing.completeExceptionally(problem);
    }

    @Override
    public int compareTo(Recheck other) {
        long later = dueNanos - other.dueNanos;
        return later == 0 ? Long.compare(number, other.number) : Long.signum(later);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
