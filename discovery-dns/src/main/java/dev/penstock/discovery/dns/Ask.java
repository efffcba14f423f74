package dev.penstock.discovery.dns;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.xbill.DNS.Message;

/** One question under way to one nameserver. Confined to the wire's thread, but for its answer. */
final class Ask {
    final Question question;
    final InetSocketAddress server;
    final boolean extended;
    final CompletableFuture<Message> answer = new CompletableFuture<>();
    long deadlineNanos;
    long turnNanos;
    private final BooleanSupplier settled;
    private final Consumer<Message> late;
    private int ignored;

    /**
     * A question that is about to be sent.
     *
     * @param settled whether nobody is interested in an answer any more
     * @param late told of an answer that comes after the time was over
     */
    Ask(
            Question question,
            InetSocketAddress server,
            boolean extended,
            BooleanSupplier settled,
            Consumer<Message> late) {
        this.question = question;
        this.server = server;
        this.extended = extended;
        this.settled = settled;
        this.late = late;
    }

    /** Whether it was answered, or its time is over. */
    boolean isOver() {
        return answer.isDone();
    }

    /** Whether not even a late answer is of use. */
    boolean isSettled() {
        return settled.getAsBoolean();
    }

    void answered(Message message) {
        if (!answer.complete(message)) {
            late.accept(message);
        }
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
