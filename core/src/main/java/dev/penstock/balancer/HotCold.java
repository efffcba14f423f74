package dev.penstock.balancer;

import dev.penstock.load.Load;
import dev.penstock.load.Reported;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.time.Durations;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Picks by what endpoints report of themselves: of three drawn at random the fastest of those that are not hot, else the one
 * with the fewest requests.
 *
 * <p>One is hot if it works on more requests per weight than a {@value #QUANTILE} quantile of all drawn lately. What counts
 * is what an endpoint has reported with an answer, its metrics {@value dev.penstock.load.LoadReport#REQUESTS_IN_FLIGHT} and
 * {@value dev.penstock.load.LoadReport#LATENCY_MS}; requests sent there since are added, see {@link Reported#requests}. A
 * report older than its greatest age is not used: then, and for an endpoint that reports nothing, the latency that this process
 * sees there counts, times the requests that it has in flight there and this one, and nothing else. Failures count as
 * requests, see {@link Load#handicap()}.
 * How old a report is goes by the moment at which the service was asked before: a request after a pause may go by an older one.
 *
 * <p>There are no probes and no pool of them: the newest report of each endpoint is all that is kept, and the quantile, which
 * lives as long as the {@link Cursor}, so that a change of endpoints does not lose it. Cost: O(1) per pick, no
 * allocation, no reading of a clock, one random number; O(n) per change. Immutable.
 *
 * @see <a href="https://arxiv.org/abs/2312.10172">Wydrowski, Kleinberg, Rumble, Archer 2024, Load is not what you should
 *     balance: Introducing Prequal</a>
 */
final class HotCold implements Balancer {
    /** The paper looks at 0.6 to 0.99; its implementations take this. */
    static final double QUANTILE = 0.84;

    static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final long maxAgeNanos;

    HotCold(Duration maxAge) {
        Durations.checkPositive("maxAge", maxAge);
        this.maxAgeNanos = maxAge.toNanos();
    }

    @Override
    public Picker over(Candidates candidates, PickerContext context) {
        Candidate[] all = candidates.eligible().toArray(Candidate[]::new);
        return all.length == 1 ? request -> all[0] : new OfThree(all, maxAgeNanos, context);
    }

    /** The rule: cold before hot, cold ones by latency, hot ones by requests; true if the second is better. */
    static boolean better(
            boolean hot, double requests, double latency, boolean hot2, double requests2, double latency2) {
        if (hot != hot2) {
            return hot;
        }
        return hot ? requests2 < requests : latency2 < latency;
    }

    private static final class OfThree implements Picker {
        /** More than any latency, in nanoseconds: 35 years. */
        private static final double HOT = 0x1p60;

        /** One pick in so many looks at the quantile, so that threads seldom meet there; a power of two. */
        private static final int SELDOM = 8;

        /** Makes two numbers more of one: the upper bits of the products are as good as drawn. */
        private static final long MULTIPLIER = LeastRequests.MULTIPLIER;

        private final Candidate[] candidates;

        /** What a request counts, of different weights; one that is not needed is not read. */
        private final double @Nullable [] perWeight;

        private final @Nullable AliasTable table;
        private final long maxAgeNanos;
        private final Randomness randomness;
        private final Ticker ticker;
        private final Quantile quantile;

        OfThree(Candidate[] candidates, long maxAgeNanos, PickerContext context) {
            this.candidates = candidates;
            int[] weights = Weights.of(candidates);
            this.table = Weights.allEqual(weights) ? null : AliasTable.of(weights);
            this.perWeight = table == null ? null : perWeight(weights);
            this.maxAgeNanos = maxAgeNanos;
            this.randomness = context.randomness();
            this.ticker = context.ticker();
            this.quantile = context.hot();
        }

        private static double[] perWeight(int[] weights) {
            var perWeight = new double[weights.length];
            for (int i = 0; i < weights.length; i++) {
                perWeight[i] = (double) Weights.total(weights) / weights.length / weights[i];
            }
            return perWeight;
        }

        private double perWeight(double requests, int index) {
            return perWeight == null ? requests : requests * perWeight[index];
        }

        @Override
        public Candidate pick(Request request) {
            Tried tried = request.tried();
            long bits = randomness.nextLong();
            int n = candidates.length;
            int one;
            int two;
            int three;
            if (table == null) {
                // Three different ones of n, of two if there are no more.
                one = (int) (((bits >>> 32) * n) >>> 32);
                two = (int) (((bits & 0xffff_ffffL) * (n - 1)) >>> 32);
                two += two >= one ? 1 : 0;
                three = n == 2 ? one : third(one, two, bits * MULTIPLIER + 1);
            } else {
                long more = bits * MULTIPLIER + 1;
                one = table.draw(bits);
                two = table.draw(more);
                three = table.draw(more * MULTIPLIER + 1);
            }
            if (tried.isEmpty()) {
                int best = best(one, two, three, (bits & (SELDOM - 1)) == 0);
                if (best >= 0) {
                    return candidates[best];
                }
            }
            int best = best(one, two, three, tried, (bits & (SELDOM - 1)) == 0);
            if (best >= 0) {
                return candidates[best];
            }
            return Untried.anyByWeight(candidates, tried, randomness);
        }

        private int third(int one, int two, long bits) {
            int three = (int) (((bits >>> 32) * (candidates.length - 2)) >>> 32);
            three += three >= Math.min(one, two) ? 1 : 0;
            return three + (three >= Math.max(one, two) ? 1 : 0);
        }

        /** The best of three that all say what they work on, which is the usual case; else -1. */
        private int best(int one, int two, int three, boolean learns) {
            Load first = candidates[one].load();
            Load second = candidates[two].load();
            Load third = candidates[three].load();
            long asked = first.askedNanos();
            long now = asked == Load.UNKNOWN ? ticker.nanos() : asked;
            double said = first.reportedRequests(now, maxAgeNanos);
            double said2 = second.reportedRequests(now, maxAgeNanos);
            double said3 = third.reportedRequests(now, maxAgeNanos);
            if (said < 0 || said2 < 0 || said3 < 0) {
                return -1;
            }
            double hot = Math.ceil(quantile.limit());
            double requests = perWeight(said + first.handicap(), one);
            if (learns) {
                quantile.learn(requests);
            }
            long rank = rank(first, requests, hot);
            long rank2 = rank(second, perWeight(said2 + second.handicap(), two), hot);
            long rank3 = rank(third, perWeight(said3 + third.handicap(), three), hot);
            // Without jumps: half of them could not be foreseen. Ranks are >= 0: no overflow.
            long less = (rank2 - rank) >> 63;
            int best = one ^ ((one ^ two) & (int) less);
            long least = rank ^ ((rank ^ rank2) & less);
            return best ^ ((best ^ three) & (int) ((rank3 - least) >> 63));
        }

        /** What {@link #better} goes by, in one number, the bits of a double that is not negative: less is better. */
        private static long rank(Load load, double requests, double hot) {
            double nanos = load.reportedLatencyNanos();
            long cold = Double.doubleToRawLongBits(nanos < 0 ? seen(load, 0) : nanos + 0.0); // -0.0 is 0
            long heat = Double.doubleToRawLongBits(HOT * (1 + requests));
            long above = Double.doubleToRawLongBits(hot - requests) >> 63; // no jump either
            return cold ^ ((cold ^ heat) & above);
        }

        /** The best of three, or -1 if all were tried. */
        private int best(int one, int two, int three, Tried tried, boolean learns) {
            long asked = candidates[one].load().askedNanos();
            long now = asked == Load.UNKNOWN ? ticker.nanos() : asked;
            double limit = quantile.limit();
            boolean first = tried.isEmpty();
            int best = -1;
            boolean bestTold = false;
            boolean bestHot = true;
            double bestRequests = 0;
            double bestLatency = 0;
            for (int i = 0; i < 3; i++) {
                int index = i == 0 ? one : i == 1 ? two : three;
                Candidate candidate = candidates[index];
                if (!first && !Untried.in(tried, candidate)) {
                    continue;
                }
                Load load = candidate.load();
                Reported reported = fresh(load.reported(), now);
                int inFlight = load.inFlight();
                double said = reported == null ? -1 : reported.requests(inFlight);
                double saidNanos = reported == null ? -1 : reported.latencyNanos();
                double requests = perWeight((said < 0 ? inFlight : said) + load.handicap(), index);
                boolean told = said >= 0;
                double latency = saidNanos < 0 ? seen(load, told ? 0 : inFlight) : saidNanos;
                boolean hot = requests > Math.ceil(limit); // requests are whole, and mostly the same few
                // One that does not say what it works on is not cold for that.
                boolean better = (told && bestTold)
                        ? better(bestHot, bestRequests, bestLatency, hot, requests, latency)
                        : latency < bestLatency;
                if (best < 0 || better) {
                    best = index;
                    bestTold = told;
                    bestHot = hot;
                    bestRequests = requests;
                    bestLatency = latency;
                }
                if (learns && i == 0) {
                    quantile.learn(requests);
                }
            }
            return best;
        }

        /** One more nanosecond: while no latency is known, those in flight decide. */
        private static double seen(Load load, int inFlight) {
            return (load.costNanos() + 1) * (inFlight + 1);
        }

        private @Nullable Reported fresh(@Nullable Reported reported, long now) {
            return reported != null && reported.ageNanos(now) <= maxAgeNanos ? reported : null;
        }
    }
}
