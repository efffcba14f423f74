package dev.penstock.gateway;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Who answered the requests of a load, and when; and which failed. Thread-safe. */
final class Answers {
    private final Map<String, Tally> tallies = new ConcurrentHashMap<>();
    private final Map<String, Long> failures = new ConcurrentHashMap<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();
    private final Queue<Long> delays = new ConcurrentLinkedQueue<>();
    private final NavigableMap<Long, Long> delaysByTime = new ConcurrentSkipListMap<>();

    /**
     * A request was answered with status 200.
     *
     * @param due when it should have been sent
     * @param sent when it was
     * @param now when the answer was there
     */
    void answered(String host, String body, long due, long sent, long now) {
        Tally tally = tally(host, body);
        tally.sent.add(sent);
        tally.answered.add(now);
        answered.incrementAndGet();
        delays.add(now - due);
        delaysByTime.put(due, now - due);
        slowest.accumulateAndGet(now - due, Math::max);
    }

    void failed(String how) {
        failures.merge(how, 1L, Long::sum);
    }

    long answered() {
        return answered.get();
    }

    /** How requests failed, and how many of them did. */
    Map<String, Long> failures() {
        return failures;
    }

    /** The longest time from the moment at which a request was due to its answer, since this was asked last. */
    long slowestMillis() {
        return slowest.getAndSet(0) / 1_000_000;
    }

    /** The nanoseconds from the moment at which each request was due to its answer. */
    Collection<Long> delays() {
        return delays;
    }

    /** The time within which 99 of 100 requests were answered that were due between two moments. */
    double p99Millis(long from, long to) {
        return millis(from, to, 0.99);
    }

    /** The time within which a share of the requests were answered that were due between two moments; 1 is the slowest. */
    double millis(long from, long to, double share) {
        long[] sorted = delaysByTime.subMap(from, to).values().stream()
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
    }

    /** All that answered, as in {@code host body}. */
    Set<String> hosts() {
        return tallies.keySet();
    }

    /** The answers of a backend to a host's requests. */
    Tally tally(String host, String body) {
        return tallies.computeIfAbsent(host + " " + body, key -> new Tally());
    }

    /** Who answered requests to a host that were sent after a moment. */
    Set<String> since(String host, long nanos) {
        return tallies.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(host + " "))
                .filter(entry -> entry.getValue().countSince(nanos) > 0)
                .map(entry -> entry.getKey().substring(host.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The moments of a backend's answers to a host's requests. Thread-safe. */
    static final class Tally {
        private final NavigableSet<Long> sent = new ConcurrentSkipListSet<>();
        private final NavigableSet<Long> answered = new ConcurrentSkipListSet<>();

        /** The first answer after a moment. */
        OptionalLong firstSince(long nanos) {
            Long first = answered.higher(nanos);
            return first == null ? OptionalLong.empty() : OptionalLong.of(first);
        }

        /** When the last request was sent that it answered; a moment long ago if there is none. */
        long last() {
            Long last = sent.floor(Long.MAX_VALUE);
            return last == null ? Long.MIN_VALUE / 2 : last;
        }

        /** How many requests it answered that were sent after a moment. */
        int countSince(long nanos) {
            return sent.tailSet(nanos, false).size();
        }
    }
}
