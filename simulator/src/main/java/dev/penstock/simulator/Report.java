package dev.penstock.simulator;

/**
 * How a balancer did in a scenario. The same seed gives the same report on every machine.
 *
 * @param scenario what was simulated
 * @param balancer as configurations say it
 * @param seed of all chance
 * @param counts of requests
 * @param ways that they took
 * @param latency of those that succeeded, from arrival to the end of the answer
 * @param maxOverMean attempts at the most loaded endpoint by those at a mean one, of the endpoints that were there all the
 *     time; NaN if there was none
 * @param load attempts taken by each endpoint in each hundredth of the measured time; not to be changed
 * @param events that happened in all
 */
@SuppressWarnings("ArrayRecordComponent") // reports are not compared
public record Report(
        Scenario scenario,
        String balancer,
        long seed,
        Counts counts,
        Ways ways,
        Latency latency,
        double maxOverMean,
        int[][] load,
        long events) {
    /**
     * Requests of the measured time.
     *
     * @param requests that arrived
     * @param succeeded with an answer below status 500
     * @param failed after their last attempt
     * @param refused because there was no endpoint to use, or none that took more
     * @param retries attempts beyond the first of each request
     */
    public record Counts(long requests, long succeeded, long failed, long refused, long retries) {
        /**
         * Requests without a good answer.
         *
         * @return {@code 0..1} of those that ended
         */
        public double errorRate() {
            long ended = succeeded + failed + refused;
            return ended == 0 ? 0 : (double) (failed + refused) / ended;
        }

        /**
         * Attempts beyond the first.
         *
         * @return per request, {@code >= 0}
         */
        public double retryRate() {
            return requests == 0 ? 0 : (double) retries / requests;
        }
    }

    /**
     * Where attempts of the measured time went.
     *
     * @param attempts of all requests
     * @param otherZone those that left the zone of their gateway
     * @param connections pairs of a gateway and an endpoint that it sent something
     * @param moved requests of which the answer came from another endpoint than that of the client's request before
     */
    public record Ways(long attempts, long otherZone, long connections, long moved) {
        /**
         * Attempts that left the zone of their gateway.
         *
         * @return {@code 0..1} of all
         */
        public double otherZoneRate() {
            return attempts == 0 ? 0 : (double) otherZone / attempts;
        }
    }

    /**
     * Latencies in nanoseconds, to three digits.
     *
     * @param mean of all
     * @param p50 half are faster
     * @param p99 99 of 100 are faster
     * @param p999 999 of 1,000 are faster
     */
    public record Latency(long mean, long p50, long p99, long p999) {}
}
