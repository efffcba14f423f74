package dev.penstock.discovery.consul;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.SourceReader;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reads by blocking queries: each asks with the index of the last answer, and is answered when there is news. Confined
 * to its loop.
 *
 * <p>While there are more readers than seats, those without a seat ask at once and without waiting, when they are told
 * that something may have changed.
 */
final class BlockingReader implements SourceReader {
    /** How long an answer that waits for nothing may take. */
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    private static final Duration CONFIRM = Duration.ofSeconds(1);

    private final Asking asking;
    private final Seats seats;
    private final ConsulHttp http;
    private final ConsulSource source;
    private final Ticker ticker;
    private final Pace pace = new Pace();
    private volatile long index = BlockingIndex.NONE;
    private volatile @Nullable Listing last;
    private volatile long doubtedAt;
    private volatile boolean doubted;

    /** What is asked, and what the answers mean. */
    interface Asking {
        /** For whom. */
        ServiceQuery query();

        /** How often to ask without a seat if nothing hints at changes. */
        Duration standingEvery();

        /** The path with options; without index and wait. */
        String path();

        /** Reads an answer; of an answer that means "none", an empty listing. */
        Listing read(Answer answer) throws IOException;

        /** A second question that completes an answer; the answer itself if there is none. */
        default CompletionStage<Listing> complete(Call<Listing> call, @Nullable Listing before, Listing now) {
            return CompletableFuture.completedFuture(now);
        }
    }

    BlockingReader(Asking asking, Seats seats, ConsulHttp http, ConsulSource source, Ticker ticker) {
        this.asking = asking;
        this.seats = seats;
        this.http = http;
        this.source = source;
        this.ticker = ticker;
    }

    ServiceQuery query() {
        return asking.query();
    }

    @Override
    public CompletionStage<Listing> read() {
        boolean seated = seats.take(this);
        long sent = seated ? index : BlockingIndex.NONE;
        long started = ticker.nanos();
        Call<Answer> question = sent == BlockingIndex.NONE
                ? seats.gate().ask(() -> http.get(asking.path(), AT_ONCE))
                : http.get(
                        asking.path() + "&index=" + sent + "&wait="
                                + source.blocking().toMillis() + "ms",
                        timeout());
        var call = new Call<Listing>();
        call.over(question);
        CompletionStage<Answer> asked = question;
        asked.whenComplete((answer, problem) -> {
            if (problem != null) {
                failed(call, problem);
            } else {
                answered(call, answer, seated, sent, Duration.ofNanos(ticker.nanos() - started));
            }
        });
        return call;
    }

    private Duration timeout() {
        return source.rules().readTimeout();
    }

    private void answered(Call<Listing> call, Answer answer, boolean seated, long sent, Duration took) {
        try {
            long received = answer.index();
            Listing before = last;
            if (!seated && before != null && received == index && received > 0 && answer.status() == 200) {
                call.complete(before); // no change: a cheap answer to most questions of a sweep
                return;
            }
            Listing now = asking.read(answer);
            asking.complete(call, before, now).whenComplete((whole, problem) -> {
                if (problem == null) {
                    done(call, whole, seated, sent, received, took);
                } else {
                    failed(call, problem);
                }
            });
        } catch (IOException | RuntimeException e) {
            failed(call, e);
        }
    }

    private void done(Call<Listing> call, Listing now, boolean seated, long sent, long received, Duration took) {
        Listing before = last;
        boolean news = before == null || !before.endpoints().equals(now.endpoints());
        if (before != null && now.endpoints().size() < before.endpoints().size()) {
            doubtedAt = ticker.nanos();
            doubted = true;
        }
        last = now;
        if (inDoubt()) { // the rules may want this confirmed: so ask again soon, and without waiting for a change
            index = BlockingIndex.NONE;
            call.complete(now.withNextRead(CONFIRM));
        } else if (seated) {
            index = BlockingIndex.next(sent, received);
            call.complete(now.withNextRead(pace.after(took, news, received != sent)));
        } else {
            index = received;
            call.complete(now.withNextRead(asking.standingEvery()));
        }
    }

    /** Whether a guard still holds back an answer that lost endpoints. */
    private boolean inDoubt() {
        Duration guard = source.rules().emptyGuard().compareTo(source.rules().shrinkGuard()) > 0
                ? source.rules().emptyGuard()
                : source.rules().shrinkGuard();
        doubted &= ticker.nanos() - doubtedAt <= guard.plus(CONFIRM).toNanos() && !guard.isZero();
        return doubted;
    }

    /** After a failure nothing is known of the index: the next question is answered at once, and so tells the recovery. */
    private void failed(Call<Listing> call, Throwable problem) {
        index = BlockingIndex.NONE;
        last = null;
        call.completeExceptionally(
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem);
    }

    @Override
    public void close() {
        seats.leave(this);
    }
}
