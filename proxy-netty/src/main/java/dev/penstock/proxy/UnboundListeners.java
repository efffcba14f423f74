package dev.penstock.proxy;

import dev.penstock.catalog.ListenerSpec;
import dev.penstock.time.Backoff;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listeners that cannot be bound: why, and when each is tried again, by {@link Backoff#defaults()}. One that is taken is
 * logged once, however often it is tried. Confined to the lock of its owner, but for {@link #status}.
 */
final class UnboundListeners {
    private static final Logger LOG = LoggerFactory.getLogger(UnboundListeners.class);

    /** Those that are due within it are tried together: a round looks at all listeners. */
    private static final Duration ROUND = Duration.ofMillis(500);

    private final Ticker ticker;
    private volatile Map<String, Unbound> byName = Map.of(); // replaced whole

    /**
     * One of them. Immutable.
     *
     * @param failures in a row
     * @param dueNanos when it is tried again
     */
    private record Unbound(ListenerSpec spec, String problem, int failures, long dueNanos) {}

    UnboundListeners(Ticker ticker) {
        this.ticker = ticker;
    }

    /** One round of binding: who is not looked at in it is gone. */
    Round round() {
        return new Round(ticker.nanos());
    }

    /** How one of them does; null if there is none of this name. */
    @Nullable
    ListenerStatus status(String name) {
        Unbound unbound = byName.get(name);
        if (unbound == null) {
            return null;
        }
        ListenerSpec spec = unbound.spec();
        InetSocketAddress address = spec.host().isEmpty()
                ? new InetSocketAddress(spec.port())
                : InetSocketAddress.createUnresolved(spec.host(), spec.port());
        return new ListenerStatus(address, 0, Map.of(), unbound.problem());
    }

    /** Confined to its owner. */
    final class Round {
        private final long now;
        private final Map<String, Unbound> before = byName;
        private final Map<String, Unbound> after = new LinkedHashMap<>();

        private Round(long now) {
            this.now = now;
        }

        /** Tells whether to bind one now; where it is too early, that is noted. */
        boolean isDue(ListenerSpec spec, boolean freed) {
            Unbound unbound = before.get(spec.name());
            if (unbound == null || freed || !unbound.spec().isAlike(spec) || unbound.dueNanos() - now <= 0) {
                return true;
            }
            after.put(spec.name(), unbound);
            return false;
        }

        /** One could not be bound; tells whether that is news. */
        boolean failed(ListenerSpec spec, String problem) {
            Unbound last = before.get(spec.name());
            boolean again = last != null && last.spec().isAlike(spec);
            int failures = last != null && again ? last.failures() + 1 : 1;
            Duration delay = Backoff.defaults().delay(failures, Randomness.system());
            after.put(spec.name(), new Unbound(spec, problem, failures, now + delay.toNanos()));
            boolean news = last == null || !again || !last.problem().equals(problem);
            if (news) {
                LOG.error("{}; it serves nothing and is tried again", problem);
            }
            return news;
        }

        /** It is over; gives the time until the next one, null if none is needed. */
        @Nullable
        Duration end() {
            byName = Map.copyOf(after);
            return after.values().stream()
                    .map(unbound -> Duration.ofNanos(Math.max(ROUND.toNanos(), unbound.dueNanos() - now)))
                    .min(Duration::compareTo)
                    .orElse(null);
        }
    }
}
