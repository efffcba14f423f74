package dev.penstock.discovery.etcd;

import dev.penstock.discovery.http.Call;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reads a key or prefix, waits for a change after that moment, and reads again. Confined to its loop.
 *
 * <p>What a watch says is only a hint; what is read counts. Since a watch begins where the last answer ended, nothing is
 * missed in between. After a failure nothing is known: the next question is answered at once, and so tells the recovery.
 */
final class KeyPoll {
    /** A watch that lasted longer did wait. */
    private static final Duration QUICK = Duration.ofMillis(500);

    private static final Duration LONGEST = Duration.ofSeconds(15);

    /** Values that are written again and again as they were, so that they do not expire, end each watch. */
    private static final Duration BUSY = Duration.ofMillis(200);

    private final String key;
    private final EtcdApi api;
    private final Ticker ticker;
    private volatile @Nullable Call<Round> latest;

    /**
     * What a read found.
     *
     * @param nextRead how long to wait before the next one
     * @param idle how many watches in a row ended at once without news
     */
    record Round(EtcdApi.Found found, Duration nextRead, int idle) {}

    KeyPoll(String key, EtcdApi api, Ticker ticker) {
        this.key = key;
        this.api = api;
        this.ticker = ticker;
    }

    /** Reads; waits for news for so long, if anything is known yet. */
    Call<Round> read(Duration wait) {
        Round before = known();
        Call<Round> call =
                before == null ? api.list(key).map(found -> new Round(found, Duration.ZERO, 0)) : awaited(before, wait);
        latest = call;
        return call;
    }

    private @Nullable Round known() {
        Call<Round> call = latest;
        return call == null || !call.isDone() || call.isCompletedExceptionally() ? null : call.join();
    }

    private Call<Round> awaited(Round before, Duration wait) {
        long started = ticker.nanos();
        return ended(api.await(key, before.found().index(), wait)).then(refusal -> {
            Duration took = Duration.ofNanos(ticker.nanos() - started);
            return api.list(key).map(found -> {
                boolean news = !found.values().equals(before.found().values());
                int idle = news || took.compareTo(QUICK) >= 0 ? 0 : before.idle() + 1;
                boolean moved = found.index() != before.found().index();
                return new Round(withRefusal(found, refusal), pause(idle, moved), idle);
            });
        });
    }

    /** Whatever the end of a watch was, what is read next decides. */
    private static Call<String> ended(Call<String> watch) {
        var ended = new Call<String>();
        ended.over(watch);
        CompletionStage<String> stage = watch;
        stage.whenComplete((refusal, problem) -> ended.complete(problem == null ? refusal : ""));
        return ended;
    }

    private static EtcdApi.Found withRefusal(EtcdApi.Found found, String refusal) {
        if (refusal.isEmpty()) {
            return found;
        }
        List<String> skipped = new ArrayList<>(found.skipped());
        skipped.add(refusal);
        return new EtcdApi.Found(found.values(), skipped, found.index(), found.missing());
    }

    /** The first two are taken for chance, as a value that was written again; then slower and slower. */
    private static Duration pause(int idle, boolean moved) {
        if (idle <= 2) {
            return Duration.ZERO;
        }
        if (moved) {
            return BUSY; // something was written, here or elsewhere
        }
        double pause = QUICK.toNanos() * Math.pow(1.5, Math.min(idle - 3, 20));
        return Duration.ofNanos((long) Math.min(pause, (double) LONGEST.toNanos()));
    }
}
