package dev.penstock.middleware;

import dev.penstock.endpoint.ServiceName;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sends a part of the requests to other services, as to a new version that is tried. Immutable.
 *
 * @param percent of the requests for each of these services, {@code 0..100}, together at most 100; the rest goes to the
 *     service of the route
 */
public record Split(Map<ServiceName, Integer> percent) implements Middleware {
    /** Checks the sum. */
    public Split {
        percent = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(percent));
        int sum = 0;
        for (int share : percent.values()) {
            sum += share < 0 ? 101 : Math.min(101, share);
        }
        if (percent.isEmpty() || sum > 100) {
            throw new IllegalArgumentException("split: " + percent + " (expected: 0..100 each, at most 100 together)");
        }
    }

    /** Whose turn it is at a position of 0..99. */
    ServiceName at(int position, ServiceName own) {
        int left = position;
        for (Map.Entry<ServiceName, Integer> share : percent.entrySet()) {
            left -= share.getValue();
            if (left < 0) {
                return share.getKey();
            }
        }
        return own;
    }

    @Override
    public String text() {
        var text = new StringBuilder("split");
        percent.forEach((service, share) ->
                text.append(' ').append(share).append("% to ").append(service).append(','));
        return text.substring(0, text.length() - 1);
    }

    @Override
    public boolean isStrict() {
        return false;
    }

    @Override
    public boolean isForConnections() {
        return true;
    }
}
