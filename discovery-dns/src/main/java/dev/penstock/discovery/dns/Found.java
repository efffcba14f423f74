package dev.penstock.discovery.dns;

import dev.penstock.discovery.Listing;
import dev.penstock.endpoint.Endpoint;
import java.time.Duration;
import java.util.List;

/**
 * What a name has come to. Immutable.
 *
 * @param endpoints in the order of the answers
 * @param skipped one sentence for each entry that could not be used
 * @param decided whether no other name is to be tried, although there may be no endpoints
 * @param ttlSeconds how long that is good for
 */
record Found(List<Endpoint> endpoints, List<String> skipped, boolean decided, long ttlSeconds) {
    boolean isNothing() {
        return endpoints.isEmpty() && !decided;
    }

    Found within(long ttlSeconds) {
        return new Found(endpoints, skipped, decided, Math.min(this.ttlSeconds, ttlSeconds));
    }

    Listing listing(Duration nextRead) {
        return new Listing(endpoints, skipped, nextRead);
    }
}
