package dev.penstock.balancer;

import dev.penstock.endpoint.Zone;
import java.time.Duration;

/** The balancers that come with Penstock, for code; configurations choose them by name. Each is immutable. */
public final class Balancers {
    /** The usual bound on load: a candidate takes a quarter more than its fair share at most. */
    public static final double USUAL_BOUND = 1.25;

    private Balancers() {}

    /**
     * The first of the lowest priority number; the others are spare.
     *
     * @return {@code first}
     */
    public static Balancer first() {
        return new First();
    }

    /**
     * Each in turn.
     *
     * @return {@code round_robin}
     */
    public static Balancer roundRobin() {
        return new RoundRobin();
    }

    /**
     * Each in turn, as often as it weighs, spread evenly.
     *
     * @return {@code weighted_round_robin}
     */
    public static Balancer weightedRoundRobin() {
        return new WeightedRoundRobin();
    }

    /**
     * Any.
     *
     * @return {@code random}
     */
    public static Balancer random() {
        return new UniformRandom();
    }

    /**
     * Any, in proportion to weight.
     *
     * @return {@code weighted_random}
     */
    public static Balancer weightedRandom() {
        return new WeightedRandom();
    }

    /**
     * The fewest requests in flight per weight, at random among equals.
     *
     * @return {@code least_requests}
     */
    public static Balancer leastRequests() {
        return new LeastRequests();
    }

    /**
     * The less loaded of two drawn at random: by requests in flight, failures and overdue answers.
     *
     * @return {@code p2c}
     */
    public static Balancer powerOfTwo() {
        return new PowerOfTwo(Burden.REQUESTS);
    }

    /**
     * The faster of two drawn at random: by peak latency times requests in flight, where failures count as very slow answers.
     *
     * @return {@code p2c_ewma}
     */
    public static Balancer powerOfTwoByLatency() {
        return new PowerOfTwo(Burden.LATENCY);
    }

    /**
     * The fastest of those that are not hot, of three drawn at random, by what endpoints report of themselves.
     *
     * @return {@code hcl}, that uses reports of the last second
     */
    public static Balancer hotCold() {
        return hotCold(HotCold.MAX_AGE);
    }

    /**
     * The same with reports of another age.
     *
     * @param maxAge up to which a report is used; more than 0
     * @return {@code hcl}
     */
    public static Balancer hotCold(Duration maxAge) {
        return new HotCold(maxAge);
    }

    /**
     * Each in turn, as often as its reports say that it can bear.
     *
     * @return {@code weighted_round_robin(weights=reported)}
     */
    public static Balancer reportedRoundRobin() {
        return reportedRoundRobin(ReportedRoundRobin.BLACKOUT, ReportedRoundRobin.EXPIRY, ReportedRoundRobin.PENALTY);
    }

    /**
     * The same with times of one's own.
     *
     * @param blackout for which an endpoint has to report before its reports count; 10 s is usual
     * @param expiry after which a report no longer counts; 3 minutes are usual
     * @param penalty what an error counts as, beside the utilization per request; 1 is usual
     * @return {@code weighted_round_robin(weights=reported)}
     */
    public static Balancer reportedRoundRobin(Duration blackout, Duration expiry, double penalty) {
        return new ReportedRoundRobin(blackout, expiry, penalty);
    }

    /**
     * The one of the request's key by rendezvous hashing: exact shares, least movement, a cost that grows with the candidates.
     *
     * @param key what of the request decides
     * @return {@code rendezvous}, without a bound on load
     */
    public static Balancer rendezvous(HashKey key) {
        return rendezvous(key, HashPolicy.UNBOUNDED);
    }

    /**
     * The same with bounded load.
     *
     * @param key what of the request decides
     * @param bound the share of requests in flight that a candidate may hold, in multiples of its fair one: {@code >= 1.01},
     *     {@value #USUAL_BOUND} is usual
     * @return {@code rendezvous}
     * @throws IllegalArgumentException if the bound is below 1.01
     */
    public static Balancer rendezvous(HashKey key, double bound) {
        return new HashPolicy(Rendezvous::of, key, bound);
    }

    /**
     * The one of the request's key on a ring: for those who are used to it.
     *
     * @param key what of the request decides
     * @return {@code ring_hash}, without a bound on load
     */
    public static Balancer ringHash(HashKey key) {
        return ringHash(key, HashPolicy.UNBOUNDED);
    }

    /**
     * The same with bounded load.
     *
     * @param key what of the request decides
     * @param bound see {@link #rendezvous(HashKey, double)}
     * @return {@code ring_hash}
     * @throws IllegalArgumentException if the bound is below 1.01
     */
    public static Balancer ringHash(HashKey key, double bound) {
        return new HashPolicy(HashRing::of, key, bound);
    }

    /**
     * The one of the request's key by Maglev's table: the fastest pick, nearly exact shares.
     *
     * @param key what of the request decides
     * @return {@code maglev}, with 65,537 slots, without a bound on load
     */
    public static Balancer maglev(HashKey key) {
        return maglev(key, HashPolicy.UNBOUNDED, Maglev.SLOTS);
    }

    /**
     * The same with bounded load and a table of another size.
     *
     * @param key what of the request decides
     * @param bound see {@link #rendezvous(HashKey, double)}; infinity for none
     * @param slots a prime up to 1,048,583, at least a hundred times the candidates; 4 bytes each
     * @return {@code maglev}
     * @throws IllegalArgumentException if the bound is below 1.01, or slots is no prime
     */
    public static Balancer maglev(HashKey key, double bound, int slots) {
        int checked = Maglev.checkedSlots(slots);
        return new HashPolicy(candidates -> Maglev.of(candidates, checked), key, bound);
    }

    /**
     * Another rule, but for requests whose cookie names a candidate: those go there.
     *
     * @param cookie by which clients come back
     * @param keys that make its value
     * @param refined picks for clients that have none
     * @return {@code sticky}
     */
    public static Balancer sticky(AffinityCookie cookie, AffinityKeys keys, Balancer refined) {
        return new Sticky(cookie, keys, refined);
    }

    /**
     * Another rule, but for requests with a key: those of one key go to one candidate, by hashing.
     *
     * @param key as the client's address
     * @param refined picks for requests without it
     * @return {@code sticky(by=...)}
     */
    public static Balancer sticky(HashKey key, Balancer refined) {
        return new StickyByKey(key, refined);
    }

    /**
     * Another rule within each tier, where a tier that has lost endpoints hands on what its rest should not bear.
     *
     * @param refined picks within a tier
     * @return {@code priority}, by which a tier bears 1.4 times the share of its members that are left
     */
    public static Balancer priority(Balancer refined) {
        return new Priority(refined, Priority.OVERPROVISIONING);
    }

    /**
     * Another rule within the gateway's own zone, as far as that can bear it.
     *
     * @param zone of the gateway
     * @param refined picks within a zone
     * @return {@code zone_aware}
     */
    public static Balancer zoneAware(Zone zone, Balancer refined) {
        return new ZoneAware(zone, refined);
    }

    /**
     * Another rule over so many of the candidates, which every gateway draws for itself. One that keeps clients by a cookie
     * does so at all of them: the cookie may be of another gateway, which drew others.
     *
     * @param size how many, 1 or more
     * @param refined picks among them
     * @return {@code subset}
     */
    public static Balancer subset(int size, Balancer refined) {
        return refined instanceof Sticky sticky
                ? sticky.around(subset(size, sticky.refined()))
                : new Subset(size, refined);
    }
}
