package dev.penstock.discovery.consul;

import dev.penstock.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One blocking query after another, by the index rules, for what is no list of endpoints. Confined to its loop. */
final class LongPoll<T> {
    private final String path;
    private final Parser<T> parser;
    private final ConsulHttp http;
    private final ConsulSource source;
    private final Ticker ticker;
    private final Pace pace = new Pace();
    private volatile long index = BlockingIndex.NONE;
    private volatile @Nullable T last;

    /** Makes a value of an answer. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(Answer answer) throws IOException;
    }

    /** A value, and how long to wait before the next question. */
    record Found<T>(T value, Duration nextRead) {}

    /** Asks nothing yet. */
    LongPoll(String path, Parser<T> parser, ConsulHttp http, ConsulSource source, Ticker ticker) {
        this.path = path;
        this.parser = parser;
        this.http = http;
        this.source = source;
        this.ticker = ticker;
    }

    Call<Found<T>> read() {
        long sent = index;
        long started = ticker.nanos();
        char before = path.indexOf('?') < 0 ? '?' : '&';
        String blocking = sent == BlockingIndex.NONE
                ? ""
                : before + "index=" + sent + "&wait=" + source.blocking().toMillis() + "ms";
        Call<Answer> question = http.get(path + blocking, source.rules().readTimeout());
        var call = new Call<Found<T>>();
        call.over(question);
        CompletionStage<Answer> asked = question;
        asked.whenComplete((answer, problem) -> {
            try {
                if (problem != null) {
                    throw new IOException(problem.getMessage(), problem);
                }
                T value = parser.parse(answer);
                boolean news = !value.equals(last);
                last = value;
                index = BlockingIndex.next(sent, answer.index());
                Duration took = Duration.ofNanos(ticker.nanos() - started);
                call.complete(new Found<>(value, pace.after(took, news, answer.index() != sent)));
            } catch (IOException | RuntimeException e) {
                index = BlockingIndex.NONE; // so that the next answer comes at once
                call.completeExceptionally(e);
            }
        });
        return call;
    }
}
