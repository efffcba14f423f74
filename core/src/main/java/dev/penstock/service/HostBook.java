package dev.penstock.service;

import dev.penstock.resolve.HostResolver;
import dev.penstock.resolve.IpLiteral;
import dev.penstock.time.Randomness;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of the hosts of one service: each name is looked up when it is first asked for, and again every thirty
 * seconds (after two where the look-up failed); a failure leaves the addresses known before. Confined to the serial
 * executor of its service; the look-ups themselves run beside it, at most four at a time.
 */
final class HostBook {
    private static final Logger LOG = LoggerFactory.getLogger(HostBook.class);
    private static final Duration REFRESH = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int MOST_AT_ONCE = 4;

    private static final class Entry {
        private List<InetAddress> addresses = List.of();
        private String problem = "not looked up yet";
        private boolean literal;
        private boolean underWay;
        private boolean asked;
        private long dueNanos;
    }

    private final HostResolver resolver;
    private final Ticker ticker;
    private final Scheduler scheduler;
    private final Randomness jitter;
    private final Executor serial;
    private final Runnable changed;
    private final Map<String, Entry> entries = new HashMap<>();
    private final ArrayDeque<String> queue = new ArrayDeque<>();
    private int running;
    private int unasked;
    private boolean patient;
    private boolean closed;
    private Scheduler.@Nullable Timer timer;

    /**
     * An empty book.
     *
     * @param serial the serial executor that everything here is confined to
     * @param changed run there when addresses or problems changed, and when the last first look-up has ended
     */
    HostBook(ServiceContext context, Executor serial, Runnable changed) {
        this.resolver = context.hosts();
        this.ticker = context.ticker();
        this.scheduler = context.scheduler();
        // Of its own, so that the picks of a seeded service do not depend on its look-ups.
        this.jitter = context.randomness().fork();
        this.serial = serial;
        this.changed = changed;
    }

    /** What is known; the same list until it changes. Starts a look-up where nothing is. */
    List<InetAddress> addresses(String host) {
        Entry entry = entries.get(host);
        if (entry == null) {
            entry = new Entry();
            entries.put(host, entry);
            var literal = IpLiteral.parse(host);
            if (literal.isPresent()) {
                entry.literal = true;
                entry.addresses = List.of(literal.get());
            } else {
                if (unasked++ == 0) {
                    beginToWait();
                }
                enqueue(host, entry);
            }
        }
        return entry.addresses;
    }

    /** Why a host has no addresses. */
    String problem(String host) {
        Entry entry = entries.get(host);
        return entry == null ? "not asked for" : entry.problem;
    }

    /** Whether to wait for a name that has not been looked up even once; for a second at most. */
    boolean pending() {
        return unasked > 0 && patient;
    }

    private void beginToWait() {
        patient = true;
        scheduler.schedule(
                PATIENCE,
                () -> serial.execute(() -> {
                    if (pending()) {
                        patient = false;
                        changed.run();
                    }
                }));
    }

    /** Forgets the hosts that are not used any more. */
    void retain(Set<String> used) {
        if (entries.size() > used.size()) {
            entries.entrySet().removeIf(entry -> {
                boolean gone = !used.contains(entry.getKey());
                if (gone && !entry.getValue().literal && !entry.getValue().asked) {
                    unasked--;
                }
                return gone;
            });
        }
    }

    void close() {
        closed = true;
        queue.clear();
        if (timer != null) {
            timer.cancel();
        }
    }

    private void enqueue(String host, Entry entry) {
        entry.underWay = true;
        queue.add(host);
        next();
    }

    private void next() {
        while (running < MOST_AT_ONCE && !queue.isEmpty()) {
            String host = queue.remove();
            running++;
            scheduler.execute(() -> lookUp(host));
        }
    }

    private void lookUp(String host) {
        List<InetAddress> found = List.of();
        String problem = "";
        try {
            found = List.copyOf(resolver.resolve(host));
            problem = found.isEmpty() ? "no address" : "";
        } catch (UnknownHostException e) {
            problem = "unknown host";
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            problem = "look-up threw " + e;
        }
        List<InetAddress> answer = found;
        String fault = problem;
        serial.execute(() -> answered(host, answer, fault));
    }

    private void answered(String host, List<InetAddress> answer, String problem) {
        running--;
        if (closed) {
            return;
        }
        Entry entry = entries.get(host);
        boolean news = false;
        if (entry != null) {
            news = !entry.asked || !entry.problem.equals(problem);
            unasked -= entry.asked ? 0 : 1;
            log(host, entry, problem);
            entry.asked = true;
            entry.underWay = false;
            entry.problem = problem;
            entry.dueNanos = ticker.nanos() + jittered(problem.isEmpty() ? REFRESH : RETRY);
            if (!answer.isEmpty() && !answer.equals(entry.addresses)) {
                entry.addresses = answer;
                news = true;
            }
        }
        next();
        if (queue.isEmpty()) {
            await();
        }
        if (news) {
            changed.run();
        }
    }

    /** One line when look-ups begin to fail, and one when they work again. */
    private static void log(String host, Entry entry, String problem) {
        boolean failed = entry.asked && !entry.problem.isEmpty();
        if (!problem.isEmpty() && !(failed && entry.problem.equals(problem))) {
            String kept = entry.addresses.isEmpty() ? "nothing is sent there" : "keeping " + entry.addresses;
            LOG.warn("host {}: {}; {} until it is found", host, problem, kept);
        } else if (problem.isEmpty() && failed) {
            LOG.info("host {}: found again", host);
        }
    }

    private void await() {
        long now = ticker.nanos();
        long wait = Long.MAX_VALUE;
        for (Entry entry : entries.values()) {
            if (!entry.literal && !entry.underWay) {
                wait = Math.min(wait, Math.max(0, entry.dueNanos - now));
            }
        }
        if (timer != null) {
            timer.cancel();
        }
        timer = wait == Long.MAX_VALUE
                ? null
                : scheduler.schedule(Duration.ofNanos(wait), () -> serial.execute(this::refresh));
    }

    private void refresh() {
        if (closed) {
            return;
        }
        long now = ticker.nanos();
        entries.forEach((host, entry) -> {
            if (!entry.literal && !entry.underWay && entry.dueNanos - now <= 0) {
                enqueue(host, entry);
            }
        });
        if (queue.isEmpty()) {
            await();
        }
    }

    private long jittered(Duration base) {
        return (long) (base.toNanos() * (0.9 + 0.2 * jitter.nextDouble()));
    }
}
