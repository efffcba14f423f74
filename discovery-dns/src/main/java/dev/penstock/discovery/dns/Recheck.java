package dev.penstock.discovery.dns;

import dev.penstock.discovery.Listing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.xbill.DNS.Message;

/**
 * One read that waits for a change: asks again what the read before had asked, each time it is due, and ends as soon as
 * something is answered otherwise, or not at all. Looks come one after the other.
 */
final class Recheck {
    private final DnsReader reader;
    private final Known known;
    private final boolean once;
    private final CompletableFuture<Listing> listing = new CompletableFuture<>();

    private long dueNanos; // guarded by the lock of its rounds

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

    void setDue(long dueNanos) {
        this.dueNanos = dueNanos;
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
        List<Topic> topics = known.topics();
        List<CompletableFuture<Message>> answers = new ArrayList<>(topics.size());
        for (int i = 0; i < topics.size(); i++) {
            answers.add(reader.ask(topics.get(i), conf));
        }
        CompletionStage<?> all = answers.size() == 1
                ? answers.get(0)
                : CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
        all.whenComplete((done, problem) -> answered(conf, answers));
    }

    private void answered(ResolvConf conf, List<CompletableFuture<Message>> answers) {
        if (listing.isDone()) {
            return;
        }
        try {
            if (!once && known.isStill(answers)) {
                reader.wait(this, known.ttlSeconds());
            } else {
                end(reader.ask(conf, known.byQuestion(answers)));
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
}
