package dev.penstock.outlier;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the endpoints of one service that fail more than the others, and says for how long they are to be left alone.
 * Reads no clock and no counter by itself. Confined to the control path of its service.
 *
 * <p>Two rules: so many failures in a row, looked at each time; and the share of failures, looked at once per interval
 * that had any, see {@link Shares}. Never more than the given share of endpoints, never the last one that is eligible,
 * never so many that the service would panic. Each ejection in a row lasts longer by the length of the first, up to the
 * longest; an interval without one takes one back.
 */
public final class OutlierDetector {
    /** What is known of one endpoint. */
    private static final class Known {
        private long baseEnded;
        private long baseFailed;
        private int times;
        private long readmittedNanos;
        private @Nullable Ejection current;
    }

    private OutlierSpec spec;
    private int panicPercent;
    private final Map<String, Known> records = new HashMap<>();
    private boolean comparing;
    private long intervalNanos;

    /**
     * Nothing seen yet.
     *
     * @param spec what it goes by
     * @param panicPercent the share of healthy endpoints that no ejection goes below, {@code 0..100}
     */
    public OutlierDetector(OutlierSpec spec, int panicPercent) {
        this.spec = requireNonNull(spec, "spec");
        this.panicPercent = panicPercent;
    }

    /**
     * Goes by another definition from now on; ejections stay.
     *
     * @param next what it goes by
     * @param nextPanicPercent see the constructor
     */
    public void follow(OutlierSpec next, int nextPanicPercent) {
        spec = requireNonNull(next, "next");
        panicPercent = nextPanicPercent;
    }

    /**
     * Looks at the counters of all endpoints that might serve.
     *
     * @param samples one of each
     * @param nowNanos reading of the ticker
     * @return whom to eject now, the worst first; counted as ejected from now on
     */
    public List<Ejection> look(List<Sample> samples, long nowNanos) {
        var room = new Room(samples);
        List<Ejection> ejections = new ArrayList<>();
        if (spec.consecutiveFailures() > 0) {
            samples.stream()
                    .filter(sample -> sample.eligible() && sample.streak() >= spec.consecutiveFailures())
                    .sorted(Comparator.comparingInt(Sample::streak).reversed().thenComparing(Sample::id))
                    .forEach(
                            sample -> eject(sample, sample.streak() + " failures in a row", room, nowNanos, ejections));
        }
        if (spec.minVolume() > 0) {
            compare(samples, room, nowNanos, ejections);
        }
        return ejections;
    }

    private void compare(List<Sample> samples, Room room, long nowNanos, List<Ejection> ejections) {
        if (!comparing) {
            begin(samples, nowNanos);
        } else if (nowNanos - intervalNanos >= spec.interval().toNanos()) {
            List<Shares.Share> shares = new ArrayList<>();
            boolean failures = false;
            Map<String, Sample> byId = new HashMap<>();
            for (Sample sample : samples) {
                Known base = known(sample.id());
                // Another process at the same id. Not by those ended: a request that begins may seem to take one back.
                boolean anew = sample.failed() < base.baseFailed;
                long ended = sample.ended() - (anew ? 0 : base.baseEnded);
                long failed = sample.failed() - (anew ? 0 : base.baseFailed);
                failures |= failed > 0;
                if (sample.eligible() && base.current == null && ended >= spec.minVolume()) {
                    shares.add(new Shares.Share(sample.id(), ended, failed));
                    byId.put(sample.id(), sample);
                }
            }
            String length = seconds(Duration.ofNanos(nowNanos - intervalNanos));
            for (Shares.Found found : Shares.outliers(shares)) {
                Sample sample = requireNonNull(byId.get(found.id()));
                eject(sample, found.evidence() + " within " + length, room, nowNanos, ejections);
            }
            begin(samples, nowNanos);
            comparing = failures;
        }
    }

    private void begin(List<Sample> samples, long nowNanos) {
        comparing = true;
        intervalNanos = nowNanos;
        for (Sample sample : samples) {
            Known base = known(sample.id());
            base.baseEnded = sample.ended();
            base.baseFailed = sample.failed();
        }
    }

    private void eject(Sample sample, String why, Room room, long nowNanos, List<Ejection> ejections) {
        Known known = known(sample.id());
        if (known.current != null || !room.take()) {
            return;
        }
        known.times = known.times - forgiven(known, nowNanos) + 1;
        long longest = spec.maxEjection().toNanos() / spec.ejection().toNanos();
        Duration length =
                known.times > longest ? spec.maxEjection() : spec.ejection().multipliedBy(known.times);
        var ejection = new Ejection(sample.id(), why, known.times, length, nowNanos + length.toNanos());
        known.current = ejection;
        ejections.add(ejection);
    }

    /** Of the ejections so far, those that intervals without one have made good. */
    private int forgiven(Known known, long nowNanos) {
        long intervals = (nowNanos - known.readmittedNanos) / spec.interval().toNanos();
        return (int) Math.max(0, Math.min(known.times, intervals));
    }

    /**
     * Those that may be readmitted.
     *
     * @param nowNanos reading of the ticker
     * @return ids of the ejected ones whose time is over
     */
    public List<String> over(long nowNanos) {
        return records.entrySet().stream()
                .filter(entry -> {
                    Ejection current = entry.getValue().current;
                    return current != null && nowNanos - current.untilNanos() >= 0;
                })
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * An endpoint gets requests again.
     *
     * @param id of the endpoint
     * @param nowNanos reading of the ticker
     */
    public void readmit(String id, long nowNanos) {
        Known known = known(id);
        known.current = null;
        known.readmittedNanos = nowNanos;
    }

    /**
     * Tells whether an endpoint is ejected.
     *
     * @param id of the endpoint
     * @return the ejection; null if it is not
     */
    public @Nullable Ejection current(String id) {
        Known known = records.get(id);
        return known == null ? null : known.current;
    }

    /**
     * When to look again even if nothing fails.
     *
     * @param nowNanos reading of the ticker
     * @return nanoseconds from now, {@code >= 0}; {@link Long#MAX_VALUE}: not before something fails
     */
    public long nextLookNanos(long nowNanos) {
        long next = comparing ? Math.max(0, intervalNanos + spec.interval().toNanos() - nowNanos) : Long.MAX_VALUE;
        for (Known known : records.values()) {
            Ejection current = known.current;
            if (current != null && current.untilNanos() - nowNanos > 0) {
                next = Math.min(next, current.untilNanos() - nowNanos);
            }
        }
        return next;
    }

    /**
     * Forgets all endpoints but these.
     *
     * @param ids of those to be kept
     */
    public void retain(Set<String> ids) {
        records.keySet().retainAll(ids);
    }

    /**
     * Forgets an endpoint.
     *
     * @param id another process stands behind it now
     */
    public void forget(String id) {
        records.remove(id);
    }

    private Known known(String id) {
        return records.computeIfAbsent(id, unseen -> new Known());
    }

    static String seconds(Duration duration) {
        return duration.toMillis() < 10_000 && duration.toMillis() % 1_000 != 0
                ? duration.toMillis() + " ms"
                : duration.toSeconds() + " s";
    }

    /** How many more may be ejected. */
    private final class Room {
        private final int members;
        private int eligible;
        private int ejected;

        Room(List<Sample> samples) {
            members = samples.size();
            for (Sample sample : samples) {
                eligible += sample.eligible() ? 1 : 0;
                ejected += current(sample.id()) != null ? 1 : 0;
            }
        }

        boolean take() {
            boolean free = eligible > 1
                    && 100L * (ejected + 1) <= (long) spec.maxEjectedPercent() * members
                    && 100L * (eligible - 1) >= (long) panicPercent * members;
            if (free) {
                eligible--;
                ejected++;
            }
            return free;
        }
    }
}
