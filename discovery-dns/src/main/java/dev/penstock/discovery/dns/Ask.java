package dev.penstock.discovery.dns;

import java.net.InetSocketAddress;
import org.xbill.DNS.Message;

/** One question under way to one nameserver. Confined to the wire's thread. */
final class Ask {
    final Topic topic;
    final InetSocketAddress server;
    final boolean extended;
    long deadlineNanos;
    long turnNanos;
    private final Asker asker;
    private boolean over;
    private int ignored;

    /** A question that is about to be sent. */
    Ask(Topic topic, InetSocketAddress server, boolean extended, Asker asker) {
        this.topic = topic;
        this.server = server;
        this.extended = extended;
        this.asker = asker;
    }

    /** Whether it was answered, or its time is over. */
    boolean isOver() {
        return over;
    }

    /** Whether not even a late answer is of use. */
    boolean isSettled() {
        return asker.isSettled();
    }

    void answered(Message message) {
        if (over) {
            asker.late(message);
        } else {
            over = true;
            asker.answered(this, message);
        }
    }

    /** Counts a packet that came for this but is no answer to it. */
    void ignore() {
        ignored++;
    }

    void fail(String problem) {
        if (!over) {
            over = true;
            asker.failed(this, ignored == 0 ? problem : problem + " (" + ignored + " that made no sense ignored)");
        }
    }
}
