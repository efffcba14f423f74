package dev.penstock.discovery.dns;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;

/**
 * All there is of one question: how it is sent, when it may be, what is under way, what was answered last. Thread-safe.
 *
 * <p>Whoever asks again and again keeps it, so that nothing is looked up for each question. One that nobody asked for long
 * is given up; then {@link Questions} has another.
 */
final class Topic {
    final Question question;
    private final Pace pace;
    private volatile @Nullable Reply reply; // written on the wire's thread
    private @Nullable Inquiry last; // guarded by this
    private boolean givenUp; // guarded by this
    private volatile Pace.Turns turns;

    /** An answer as it came, after its id; and what it says. */
    record Reply(ByteBuffer bytes, Form form, Message message) {}

    Topic(Question question, Pace pace, @Nullable Reply reply) {
        this.question = question;
        this.pace = pace;
        this.reply = reply;
        turns = pace.turns(question.name());
    }

    @Nullable
    Reply reply() {
        return reply;
    }

    void answered(Reply reply) {
        this.reply = reply;
    }

    /** What is under way or fresh for these servers, else the one given, to be begun. Null if this was given up. */
    synchronized @Nullable Inquiry current(Inquiry fresh, List<InetSocketAddress> servers, long now) {
        if (givenUp) {
            return null;
        }
        Inquiry known = last;
        if (known != null && known.serves(servers, now)) {
            return known;
        }
        last = fresh;
        return fresh;
    }

    /** Gives it up unless something is under way or fresh. */
    synchronized boolean giveUp(long now) {
        givenUp = last == null || last.isOld(now);
        return givenUp;
    }

    /** Takes the next turn of its name: how long to wait for it, in nanoseconds. */
    long takeTurn(long now) {
        long wait = turns.take(now);
        while (wait < 0) {
            turns = pace.turns(question.name());
            wait = turns.take(now);
        }
        return wait;
    }
}
