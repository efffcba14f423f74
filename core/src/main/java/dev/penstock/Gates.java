package dev.penstock;

import dev.penstock.catalog.RouteSpec;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.RouteGate;
import dev.penstock.time.Ticker;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts the middleware of routes to work. Confined to the control path. */
final class Gates {
    private final Ticker ticker;
    private final byte[] secret = new byte[32];
    private Map<String, RouteGate> known = Map.of();

    Gates(Ticker ticker) {
        this.ticker = ticker;
        new SecureRandom().nextBytes(secret); // not the injected chance: nobody may foresee it
    }

    /** The gates of some routes, by the names of those that have one; what stays as it was goes on counting. */
    Map<String, RouteGate> of(List<RouteSpec> routes) {
        Map<String, RouteGate> next = new HashMap<>();
        for (RouteSpec spec : routes) {
            List<Middleware> middleware = spec.middleware();
            if (!middleware.isEmpty()) {
                RouteGate before = known.get(spec.route().name());
                boolean same = before != null && before.middleware().equals(middleware);
                next.put(spec.route().name(), same ? before : new RouteGate(middleware, ticker, secret));
            }
        }
        known = Map.copyOf(next);
        return known;
    }
}
