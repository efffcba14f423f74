package dev.penstock.discovery.consul;

import dev.penstock.discovery.http.Call;
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
    private volatile @Nullable Call<Found<T>> latest;

    /** A value, how long to wait before the next question, and the index to ask with. */
    record Found<T>(T value, Duration nextRead, long index) {}

    /** Asks nothing yet. */
    LongPoll(Asking<T> asking, ConsulHttp http, Ticker ticker) {
        this.asking = asking;
        this.http = http;
        this.ticker = ticker;
    }

    /** Asks and waits for news for so long, if anything is known yet. */
    Call<Found<T>> read(Duration wait) {
        Found<T> before = known();
        return before == null || before.index() == BlockingIndex.NONE
                ? handle(http.ask(asking.target()), before, BlockingIndex.NONE, false)
                : handle(http.await(asking.target(), before.index(), wait), before, before.index(), false);
    }

    /** Asks without waiting for news; if the index tells that there is none, that is the end of it. */
    Call<Found<T>> readAtOnce() {
        return handle(http.ask(asking.target()), known(), BlockingIndex.NONE, true);
    }

    /**
     * What the last call told. After one that failed or was called off nothing is known: the next question is answered at
     * once, and so tells the recovery.
     */
    private @Nullable Found<T> known() {
        Call<Found<T>> call = latest;
        return call == null || !call.isDone() || call.isCompletedExceptionally() ? null : call.join();
    }

    private Call<Found<T>> handle(Call<Answer> question, @Nullable Found<T> before, long sent, boolean newsOnly) {
        long started = ticker.nanos();
        var call = new Call<Found<T>>();
        latest = call;
        call.over(question);
        CompletionStage<Answer> asked = question;
        asked.whenComplete((answer, problem) -> {
            try {
                if (problem != null) {
                    failed(call, problem);
                } else {
                    answered(call, answer, before, sent, newsOnly, started);
                }
            } catch (IOException | RuntimeException e) {
                failed(call, e);
            }
        });
        return call;
    }

    private void answered(
            Call<Found<T>> call, Answer answer, @Nullable Found<T> before, long sent, boolean newsOnly, long started)
            throws IOException {
        long received = answer.index();
        if (newsOnly && before != null && received == before.index() && received > 0 && answer.status() == 200) {
            done(call, before, before.value(), sent, received, started); // so for most questions of a sweep
            return;
        }
        T read = asking.read(answer);
        catchUp.answered(received, ticker.nanos());
        CompletionStage<T> whole = asking.complete(call, before == null ? null : before.value(), read);
        whole.whenComplete((now, problem) -> {
            if (problem == null) {
                done(call, before, now, sent, received, started);
            } else {
                failed(call, problem);
            }
        });
    }

    private void done(Call<Found<T>> call, @Nullable Found<T> before, T now, long sent, long received, long started) {
        boolean news = before == null || !now.equals(before.value());
        Duration took = Duration.ofNanos(ticker.nanos() - started);
        call.complete(new Found<>(now, pace.after(took, news, received != sent), BlockingIndex.next(sent, received)));
    }

    private void failed(Call<Found<T>> call, Throwable problem) {
        catchUp.failed();
        call.fail(problem);
    }
}
