package dev.penstock.balancer;

import dev.penstock.load.Load;
import dev.penstock.load.LoadBoard;
import dev.penstock.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who of many candidates carries the least per weight, read from a {@link LoadBoard} on which those of one weight stand side
 * by side. Thread-safe, lock-free, no allocation but when it is made.
 *
 * <p>The board shows requests in flight, which candidates write there as they change. What one counts beyond, since it fails
 * or is slow, changes with time alone, so it is looked up of the one found: if it is more than is noted on the board, it is noted
 * and another one found. Notes are gone through again each {@value #AGE_MILLIS} ms, since they fade. So the answer is that of
 * a look at each candidate, but for what a note has faded meanwhile.
 *
 * <p>Of candidates that show themselves nowhere there is no chart, and one whose candidates are shown elsewhere since finds
 * nobody. The chart of a copy, which is for explanations, asks all of them for each pick.
 */
final class LoadChart {
    /** With fewer of each weight a look at each candidate takes hardly longer. */
    static final int LEAST_OF_EACH = 4;

    private static final int AGE_MILLIS = 100;
    private static final long AGE_NANOS = Duration.ofMillis(AGE_MILLIS).toNanos();

    /** Those found in one pick that count more than is noted. */
    private static final int MOST_FOUND = 8;

    private static final VarHandle REVIEWED;

    static {
        try {
            REVIEWED = MethodHandles.lookup().findVarHandle(LoadChart.class, "reviewedNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Candidate[] candidates;

    /** The candidate of each place; -1 where there is none. */
    private final int[] at;

    /** Different weights, and the words of the board up to which the candidates of each stand. */
    private final int[] weights;

    private final int[] ends;
    private final LoadBoard board;
    private final boolean copied;
    private final Ticker ticker;

    @SuppressWarnings({"unused", "UnusedVariable"}) // by its handle
    private long reviewedNanos;

    private LoadChart(Candidate[] candidates, int[] weightOf, int[] weights, PickerContext context) {
        this.candidates = candidates;
        this.weights = weights;
        this.ends = ends(weightOf, weights);
        int words = ends[ends.length - 1];
        this.board = new LoadBoard(words);
        this.at = new int[words * LoadBoard.PLACES];
        Arrays.fill(at, -1);
        var next = new int[weights.length];
        for (int i = 1; i < next.length; i++) {
            next[i] = ends[i - 1] * LoadBoard.PLACES;
        }
        this.ticker = context.ticker();
        this.reviewedNanos = ticker.nanos();
        this.copied = context.copied();
        for (int i = 0; i < candidates.length; i++) {
            at[next[Arrays.binarySearch(weights, weightOf[i])]++] = i;
        }
    }

    /** Has all candidates shown here; false if one of them is not. */
    private boolean show() {
        for (int place = 0; place < at.length; place++) {
            if (at[place] >= 0 && !candidates[at[place]].load().showOn(board, place)) {
                return false;
            }
        }
        return true;
    }

    private static int[] ends(int[] weightOf, int[] weights) {
        var ends = new int[weights.length];
        for (int weight : weightOf) {
            ends[Arrays.binarySearch(weights, weight)]++;
        }
        int end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += (ends[i] + LoadBoard.PLACES - 1) / LoadBoard.PLACES;
            ends[i] = end;
        }
        return ends;
    }

    /**
     * A chart of candidates, which are shown here from now on, and no longer on the chart before. A copy must not take them
     * away from the chart that requests go by: it asks them, if that chart is there.
     *
     * @return null if their weights are too different, or they show themselves nowhere
     */
    static @Nullable LoadChart of(Candidate[] candidates, int[] weights, PickerContext context) {
        int[] different = Arrays.stream(weights).sorted().distinct().toArray();
        LoadChart chart = different.length * LEAST_OF_EACH > candidates.length
                ? null
                : new LoadChart(candidates, weights, different, context);
        if (context.copied()) {
            return context.charted() ? chart : null;
        }
        boolean shown = chart != null && chart.show();
        context.charted(shown);
        return shown ? chart : null;
    }

    /**
     * The index of one of those that carry the least, each as likely as its weight says.
     *
     * @param chance random bits
     * @return -1 if it was not found: then a look at each is needed; never of a copy
     */
    int least(long chance) {
        if (copied) {
            askAll();
            int place = place(chance);
            return place < 0 ? -1 : at[place]; // of a copy that several threads use
        }
        if (board.retired()) {
            return -1; // for those who still have the picker of an older snapshot
        }
        for (int i = 0; i < MOST_FOUND; i++) {
            int place = place(chance);
            if (place >= 0) {
                Load load = candidates[at[place]].load();
                int noted = board.noted(place);
                int beyond = load.handicap() + load.slowness();
                if (beyond != noted) {
                    board.note(place, beyond);
                }
                if (beyond <= noted) {
                    long asked = load.askedNanos();
                    review(asked == Load.UNKNOWN ? ticker.nanos() : asked);
                    return at[place];
                }
            }
        }
        return -1;
    }

    private void askAll() {
        for (int place = 0; place < at.length; place++) {
            if (at[place] >= 0) {
                board.show(place, Burden.requests(candidates[at[place]].load(), false));
            }
        }
    }

    /** The place of one of those that carry the least, as noted; -1 if it was taken meanwhile. */
    private int place(long chance) {
        int best = -1;
        long least = 0;
        int count = 0;
        long equalWeight = 0;
        long bits = chance;
        for (int i = 0; i < weights.length; i++) {
            long found = board.least(begin(i), ends[i]);
            long requests = LoadBoard.requests(found);
            long weight = (long) LoadBoard.count(found) * weights[i];
            long difference = best < 0 ? -1 : requests * weights[best] - least * weights[i];
            boolean taken = difference < 0;
            if (taken) {
                equalWeight = weight;
            } else if (difference == 0) {
                equalWeight += weight;
                bits = bits * LeastRequests.MULTIPLIER + 1;
                taken = (bits >>> 11) * 0x1.0p-53 * equalWeight < weight;
            }
            if (taken) {
                best = i;
                least = requests;
                count = LoadBoard.count(found);
            }
        }
        int number = (int) (((chance & 0xffff_ffffL) * count) >>> Integer.SIZE);
        return board.find(begin(best), ends[best], (int) least, number);
    }

    private int begin(int weight) {
        return weight == 0 ? 0 : ends[weight - 1];
    }

    private void review(long nowNanos) {
        long last = (long) REVIEWED.getOpaque(this);
        if (nowNanos - last > AGE_NANOS && REVIEWED.compareAndSet(this, last, nowNanos)) {
            for (int place = board.nextNoted(0); place >= 0; place = board.nextNoted(place + 1)) {
                Load load = candidates[at[place]].load();
                board.note(place, load.handicap() + load.slowness());
            }
        }
    }
}
