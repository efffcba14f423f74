package dev.penstock.discovery.dns;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.xbill.DNS.Message;

/**
 * What a read came from: as long as all of it is the same, so is what was found. Immutable.
 *
 * @param conf the nameservers and domains as of then
 * @param topics of all questions asked
 * @param answers to them, in their order, ended all
 * @param ttlSeconds how long the answers are good for
 */
record Known(ResolvConf conf, List<Topic> topics, List<CompletableFuture<Message>> answers, long ttlSeconds) {
    Known {
        topics = List.copyOf(topics);
        answers = List.copyOf(answers);
    }

    static Known of(ResolvConf conf, Map<Topic, CompletableFuture<Message>> asked, long ttlSeconds) {
        List<Map.Entry<Topic, CompletableFuture<Message>>> entries = List.copyOf(asked.entrySet());
        return new Known(
                conf,
                entries.stream().map(Map.Entry::getKey).toList(),
                entries.stream().map(Map.Entry::getValue).toList(),
                ttlSeconds);
    }

    /** Whether these answers to the same questions say the same; answers that do are one object, see {@link Replies}. */
    boolean isStill(List<CompletableFuture<Message>> later) {
        for (int i = 0; i < answers.size(); i++) {
            CompletableFuture<Message> one = answers.get(i);
            CompletableFuture<Message> again = later.get(i);
            if (one.isCompletedExceptionally() || again.isCompletedExceptionally() || one.join() != again.join()) {
                return false;
            }
        }
        return true;
    }

    /** Later answers to the questions, by question. */
    Map<Question, CompletableFuture<Message>> byQuestion(List<CompletableFuture<Message>> later) {
        Map<Question, CompletableFuture<Message>> asked = new HashMap<>();
        for (int i = 0; i < later.size(); i++) {
            asked.put(topics.get(i).question, later.get(i));
        }
        return asked;
    }
}
