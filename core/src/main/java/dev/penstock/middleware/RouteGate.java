package dev.penstock.middleware;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.request.Request;
import dev.penstock.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The middleware of one route at work, with what it counts. Thread-safe; takes no lock. It outlives changes of the route that
 * leave the middleware as it is.
 */
public final class RouteGate {
    /** One piece at work. */
    interface Step {
        Verdict pass(Passage passage);
    }

    private final List<Middleware> middleware;
    private final List<Step> steps = new ArrayList<>();
    private final List<HeaderEdits> edits;
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final @Nullable Compression compression;
    private final @Nullable Split split;
    private final long bodyBytes;
    private final boolean strict;
    private final boolean hidesCredentials;

    /**
     * A gate that has let nobody through yet.
     *
     * @param middleware in their order
     * @param ticker tells rates
     * @param secret random bytes, by which passwords that were right are known again
     */
    public RouteGate(List<Middleware> middleware, Ticker ticker, byte[] secret) {
        this.middleware = List.copyOf(middleware);
        this.edits = all(HeaderEdits.class);
        List<Compression> compressions = all(Compression.class);
        List<Split> splits = all(Split.class);
        this.compression = compressions.isEmpty() ? null : compressions.get(0);
        this.split = splits.isEmpty() ? null : splits.get(0);
        this.bodyBytes =
                all(BodyLimit.class).stream().mapToLong(BodyLimit::bytes).min().orElse(0);
        this.strict = middleware.stream().anyMatch(Middleware::isStrict);
        List<BasicAuth> auths = all(BasicAuth.class);
        this.hidesCredentials = !auths.isEmpty() && auths.stream().noneMatch(BasicAuth::forward);
        for (Middleware piece : middleware) {
            Step step = step(piece, ticker, secret);
            if (step != null) {
                steps.add(step);
            }
        }
    }

    private <T> List<T> all(Class<T> kind) {
        return middleware.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private @Nullable Step step(Middleware piece, Ticker ticker, byte[] secret) {
        if (piece instanceof AddressList list) {
            return passage -> list.admits(passage.request()) ? Verdict.PASS : refuse(403, "address_denied", Map.of());
        } else if (piece instanceof BasicAuth auth) {
            return authentication(auth, new Credentials(auth, secret));
        } else if (piece instanceof RateLimit rate) {
            var limiter = new RateLimiter(rate);
            return passage -> rated(limiter.take(passage.request(), ticker.nanos()));
        } else if (piece instanceof InFlightLimit limit) {
            return inFlight(limit.requests(), new AtomicInteger());
        } else if (piece instanceof Redirect redirect) {
            return passage -> redirected(redirect, passage);
        } else if (piece instanceof StripPrefix strip) {
            return path(passage -> strip.apply(passage.path()));
        } else if (piece instanceof AddPrefix add) {
            return path(passage -> add.prefix() + passage.path());
        } else if (piece instanceof ReplacePath replace) {
            return path(passage -> replace.path());
        }
        return null; // of what comes later: headers, compression, the body's length, the choice of a service
    }

    private interface NewPath {
        String of(Passage passage);
    }

    private static Step path(NewPath change) {
        return passage -> {
            if (passage.path().startsWith("/")) { // not the * of OPTIONS
                passage.path(change.of(passage));
            }
            return Verdict.PASS;
        };
    }

    private Verdict rated(long missingNanos) {
        if (missingNanos == 0) {
            return Verdict.PASS;
        }
        long seconds = (missingNanos + 999_999_999) / 1_000_000_000;
        return refuse(429, "rate_limited", Map.of("Retry-After", Long.toString(seconds)));
    }

    private Step inFlight(int most, AtomicInteger count) {
        return passage -> {
            if (count.incrementAndGet() > most) {
                count.decrementAndGet();
                return refuse(503, "route_limit_reached", Map.of("Retry-After", "1"));
            }
            passage.atEnd(count::decrementAndGet);
            return Verdict.PASS;
        };
    }

    private Verdict redirected(Redirect redirect, Passage passage) {
        String location = redirect.location(passage.request(), passage.scheme(), passage.path());
        return location == null
                ? Verdict.PASS
                : new Verdict.Answered(redirect.status(), "", Map.of("Location", location));
    }

    private Step authentication(BasicAuth auth, Credentials credentials) {
        Map<String, String> challenge =
                Map.of("WWW-Authenticate", "Basic realm=\"" + auth.realm() + "\", charset=\"UTF-8\"");
        return passage -> {
            String given = passage.request().header("authorization");
            if (given == null || !Credentials.isBasic(given)) {
                return refuse(401, "credentials_missing", challenge);
            }
            if (passage.isChecked()) {
                return passage.isRight() ? Verdict.PASS : refuse(401, "credentials_wrong", challenge);
            }
            if (credentials.isKnown(given)) {
                return Verdict.PASS;
            }
            return credentials.lineUp()
                    ? new Verdict.Undecided(() -> passage.checked(credentials.check(given)))
                    : refuse(503, "credentials_overload", Map.of("Retry-After", "1"));
        };
    }

    private Verdict refuse(int status, String reason, Map<String, String> headers) {
        refused.computeIfAbsent(reason, any -> new LongAdder()).increment();
        return new Verdict.Answered(status, reason, headers);
    }

    List<Step> steps() {
        return steps;
    }

    /**
     * Begins the way of a request.
     *
     * @param request what came in
     * @param scheme {@code http} or {@code https}, as the client used it
     * @return to be ended by the caller
     */
    public Passage enter(Request request, String scheme) {
        return new Passage(this, request, scheme);
    }

    /**
     * The settings.
     *
     * @return in their order
     */
    public List<Middleware> middleware() {
        return middleware;
    }

    /**
     * What is changed in the headers of requests or answers.
     *
     * @return in their order
     */
    public List<HeaderEdits> edits() {
        return edits;
    }

    /**
     * How answers are compressed.
     *
     * @return null if they are not
     */
    public @Nullable Compression compression() {
        return compression;
    }

    /**
     * The longest body of a request.
     *
     * @return {@code 0}: no limit
     */
    public long bodyBytes() {
        return bodyBytes;
    }

    /**
     * Tells whether it goes by the path or keeps requests out, see {@link Middleware#isStrict()}.
     *
     * @return true if a part of it does
     */
    public boolean isStrict() {
        return strict;
    }

    /**
     * Tells whether endpoints are not to see the Authorization header, which is for the gateway alone.
     *
     * @return true if so
     */
    public boolean hidesCredentials() {
        return hidesCredentials;
    }

    /**
     * The service of a request. Each hundred requests in a row are divided exactly.
     *
     * @param own that of the route
     * @return it, or another
     */
    public ServiceName service(ServiceName own) {
        if (split == null) {
            return own;
        }
        // 61 and 100 have no common factor: each of 0..99 comes once in a hundred turns, spread evenly.
        return split.at(Math.floorMod(turn.getAndIncrement() * 61L, 100), own);
    }

    /**
     * Counts what was kept out.
     *
     * @return by the reason, since the start
     */
    public Map<String, Long> refused() {
        var counts = new TreeMap<String, Long>();
        refused.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }
}
