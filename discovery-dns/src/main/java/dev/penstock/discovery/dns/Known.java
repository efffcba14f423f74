package dev.penstock.discovery.dns;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.xbill.DNS.Message;

/**
 * What a read came from: as long as all of it is the same, so is what was found. Immutable.
 *
 * @param conf the nameservers and domains as of then
 * @param answers to all questions asked, ended all
 * @param ttlSeconds how long the answers are good for
 */
record Known(ResolvConf conf, Map<Question, CompletableFuture<Message>> answers, long ttlSeconds) {
    Known {
        answers = Map.copyOf(answers);
    }

    /** Whether these answers to the same questions say the same; answers that do are one object, see {@link Replies}. */
    boolean isStill(Map<Question, CompletableFuture<Message>> later) {
        for (Map.Entry<Question, CompletableFuture<Message>> one : answers.entrySet()) {
            CompletableFuture<Message> again = later.get(one.getKey());
            if (again == null
                    || one.getValue().isCompletedExceptionally()
                    || again.isCompletedExceptionally()
                    || one.getValue().join() != again.join()) {
                return false;
            }
        }
        return true;
    }
}
