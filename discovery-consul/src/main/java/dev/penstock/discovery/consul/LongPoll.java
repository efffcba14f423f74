package dev.penstock.discovery.consul;

import dev.penstock.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One blocking query after another: each asks with the index of the last answer, and is answered when there is news.
 * Confined to its loop.
 */
final class LongPoll<T> {
    private final Asking<T> asking;
    private final ConsulHttp http;
    private final Ticker ticker;
    private final Pace pace = new Pace();
    private final CatchUp catchUp = new CatchUp();
    private volatile long index = BlockingIndex.NONE;
    private volatile @Nullable T last;

    /** A value, and how long to wait before the next question. */
    record Found<T>(T value, Duration nextRead) {}

    /** Asks nothing yet. */
    LongPoll(Asking<T> asking, ConsulHttp http, Ticker ticker) {
        this.asking = asking;
        this.http = http;
        this.ticker = ticker;
    }

    /** Asks and waits for news for so long, if anything is known yet. */
    Call<Found<T>> read(Duration wait) {
        long sent = index;
        return sent == BlockingIndex.NONE
                ? handle(http.ask(asking.target()), sent, false)
                : handle(http.await(asking.target(), sent, wait), sent, false);
    }

    /** Asks without waiting for news; if the index tells that there is none, that is the end of it. */
    Call<Found<T>> readAtOnce() {
        return handle(http.ask(asking.target()), BlockingIndex.NONE, true);
    }

    private Call<Found<T>> handle(Call<Answer> question, long sent, boolean newsOnly) {
        long started = ticker.nanos();
        var call = new Call<Found<T>>();
        call.over(question);
        CompletionStage<Answer> asked = question;
        asked.whenComplete((answer, problem) -> {
            try {
                if (problem != null) {
                    failed(call, problem);
                } else {
                    answered(call, answer, sent, newsOnly, started);
                }
            } catch (IOException | RuntimeException e) {
                failed(call, e);
            }
        });
        return call;
    }

    private void answered(Call<Found<T>> call, Answer answer, long sent, boolean newsOnly, long started)
            throws IOException {
        long received = answer.index();
        T before = last;
        if (newsOnly && before != null && received == index && received > 0 && answer.status() == 200) {
            done(call, before, sent, received, started); // so for most questions of a sweep
            return;
        }
        T read = asking.read(answer);
        catchUp.answered(received, ticker.nanos());
        CompletionStage<T> whole = asking.complete(call, before, read);
        whole.whenComplete((now, problem) -> {
            if (problem == null) {
                done(call, now, sent, received, started);
            } else {
                failed(call, problem);
            }
        });
    }

    private void done(Call<Found<T>> call, T now, long sent, long received, long started) {
        boolean news = !now.equals(last);
        last = now;
        index = BlockingIndex.next(sent, received);
        Duration took = Duration.ofNanos(ticker.nanos() - started);
        call.complete(new Found<>(now, pace.after(took, news, received != sent)));
    }

    /** After a failure nothing is known of the index: the next question is answered at once, and so tells the recovery. */
    private void failed(Call<Found<T>> call, Throwable problem) {
        catchUp.failed();
        index = BlockingIndex.NONE;
        last = null;
        call.fail(problem);
    }
}
