package dev.penstock.balancer;

import dev.penstock.load.LoadReport;
import dev.penstock.load.Reported;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Durations;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Picks candidates in turn, each as often as its reports say it can bear: {@code requests per second / (utilization + errors
 * per second / requests per second x penalty)}.
 *
 * <p>A report counts once its endpoint has reported for the blackout, and until it is as old as the expiry; who says nothing
 * is taken for an average one. With fewer than two known, all are equal. Weights of configuration and discovery are not used.
 * Once a second one pick reads all reports again.
 *
 * <p>Turns are those of a static stride: of the rounds over all candidates each takes part in its share, those of the heaviest
 * in all. Cost: one reading of the clock, one atomic addition for each candidate looked at, on average greatest by mean weight;
 * O(n) for one pick in a second; no allocation. Immutable.
 *
 * @see <a href="https://github.com/grpc/proposal/blob/master/A58-client-side-weighted-round-robin-lb-policy.md">gRFC A58,
 *     weighted round robin from reported load</a>
 */
final class ReportedRoundRobin implements Balancer {
    static final Duration BLACKOUT = Duration.ofSeconds(10);
    static final Duration EXPIRY = Duration.ofMinutes(3);
    static final double PENALTY = 1;

    private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int HEAVIEST = 0xffff;

    /** Weights above say nothing: their sum could be more than a number can hold. */
    private static final double MOST = 1e18;

    private final long blackoutNanos;
    private final long expiryNanos;
    private final double penalty;

    ReportedRoundRobin(Duration blackout, Duration expiry, double penalty) {
        Durations.checkNotNegative("blackout", blackout);
        Durations.checkPositive("expiry", expiry);
        if (!(penalty >= 0 && penalty < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("penalty: " + penalty + " (expected: 0 or more)");
        }
        this.blackoutNanos = blackout.toNanos();
        this.expiryNanos = expiry.toNanos();
        this.penalty = penalty;
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        return all.length == 1 ? request -> all[0] : new Strides(all, this, context);
    }

    /** What one can bear; 0 if that is not known. */
    double weight(Candidate candidate, long nowNanos) {
        Reported reported = candidate.load().reported();
        if (reported == null
                || reported.ageNanos(nowNanos) >= expiryNanos
                || reported.rowNanos(nowNanos) < blackoutNanos) {
            return 0;
        }
        LoadReport report = reported.report();
        double requests = report.requestsPerSecond();
        double utilization = report.utilization();
        if (requests <= 0 || utilization <= 0) {
            return 0;
        }
        double weight = requests / (utilization + report.errorsPerSecond() / requests * penalty);
        return weight < MOST ? weight : 0; // nobody bears so much: what it says makes no sense
    }

    private static final class Strides implements Picker {
        private static final VarHandle DUE;

        static {
            try {
                DUE = MethodHandles.lookup().findVarHandle(Strides.class, "due", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private static final int MOST_REMARKS = 20;

        private final Candidate[] candidates;
        private final ReportedRoundRobin rule;
        private final Cursor cursor;
        private final Randomness randomness;
        private final Ticker ticker;
        private volatile int[] strides;
        private int[] spare; // of who has set the next moment
        private volatile long due;

        Strides(Candidate[] candidates, ReportedRoundRobin rule, PickerContext context) {
            this.candidates = candidates;
            this.rule = rule;
            this.cursor = context.cursor();
            this.randomness = context.randomness();
            this.ticker = context.ticker();
            this.strides = new int[candidates.length];
            this.spare = new int[candidates.length];
            long now = ticker.nanos();
            this.due = now + PERIOD_NANOS;
            weigh(now);
        }

        @Override
        public Candidate pick(Request request) {
            long now = ticker.nanos();
            long next = due;
            if (now - next >= 0 && DUE.compareAndSet(this, next, now + PERIOD_NANOS)) {
                weigh(now);
            }
            Candidate candidate = candidates[turn()];
            Tried tried = request.tried();
            if (tried.isEmpty() || Untried.in(tried, candidate)) {
                return candidate;
            }
            return Untried.any(candidates, tried, randomness);
        }

        /** The next one that takes part in its round; the heaviest takes part in each. */
        private int turn() {
            int[] strides = this.strides;
            while (true) {
                long position = cursor.next() & Long.MAX_VALUE;
                int index = (int) (position % strides.length);
                long round = position / strides.length & 0xffff_ffffL;
                int stride = strides[index];
                // Half a stride apart from its neighbour, so that light ones do not all take part in the same rounds.
                long at = (stride * round + (long) index * (HEAVIEST / 2)) % HEAVIEST;
                if (at >= HEAVIEST - stride) {
                    return index;
                }
            }
        }

        @Override
        public List<String> remarks(Request request) {
            weigh(ticker.nanos());
            int[] shown = strides;
            List<String> remarks = new ArrayList<>();
            for (int i = 0; i < Math.min(shown.length, MOST_REMARKS); i++) {
                String says =
                        rule.weight(candidates[i], ticker.nanos()) > 0 ? "" : ", for it does not say what it bears";
                remarks.add(candidates[i].endpoint().id() + ": takes part in " + 100L * shown[i] / HEAVIEST
                        + " % of the rounds" + says);
            }
            return remarks;
        }

        private void weigh(long now) {
            double sum = 0;
            double greatest = 0;
            int known = 0;
            for (Candidate candidate : candidates) {
                double weight = rule.weight(candidate, now);
                sum += weight;
                greatest = Math.max(greatest, weight);
                known += weight > 0 ? 1 : 0;
            }
            int[] next = spare;
            for (int i = 0; i < next.length; i++) {
                double weight = known < 2 ? 0 : rule.weight(candidates[i], now);
                // What came or went meanwhile is bounded here, and right in a second.
                double part = known < 2 ? 1 : (weight > 0 ? weight : sum / known) / greatest;
                next[i] = (int) Math.max(1, Math.min(HEAVIEST, Math.round(part * HEAVIEST)));
            }
            next[heaviest(next)] = HEAVIEST; // so that there always is one for whom it is the turn
            spare = strides;
            strides = next;
        }

        private static int heaviest(int[] strides) {
            int heaviest = 0;
            for (int i = 1; i < strides.length; i++) {
                heaviest = strides[i] > strides[heaviest] ? i : heaviest;
            }
            return heaviest;
        }
    }
}
