package dev.penstock.discovery.dns;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.xbill.DNS.Message;

/** One question under way to one nameserver. Confined to the wire's thread, but for its answer. */
final class Ask {
    final Question question;
    final InetSocketAddress server;
    final boolean extended;
    final CompletableFuture<Message> answer = new CompletableFuture<>();
    long deadlineNanos;
    private int ignored;

    Ask(Question question, InetSocketAddress server, boolean extended) {
        this.question = question;
        this.server = server;
        this.extended = extended;
    }

    boolean isOver() {
        return answer.isDone();
    }

    /** Counts a packet that came for this but is no answer to it. */
    void ignore() {
        ignored++;
    }

    void fail(String problem) {
        String strange = ignored == 0 ? "" : " (" + ignored + " that made no sense ignored)";
        answer.completeExceptionally(new DnsProblem(problem + strange));
    }
}
