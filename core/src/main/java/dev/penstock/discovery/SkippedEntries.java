package dev.penstock.discovery;

import dev.penstock.time.Ticker;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts entries that were left out and logs each new one. Confined to its loop but for the count. */
final class SkippedEntries {
    private static final Logger LOG = LoggerFactory.getLogger(SkippedEntries.class);
    private static final int MAX_REMEMBERED = 1_000;

    private final String name;
    private final LogLimit limit;
    private final boolean logged;
    private final LongAdder count = new LongAdder();
    private Set<String> known = Set.of();

    SkippedEntries(String name, Ticker ticker, boolean logged) {
        this.name = name;
        this.logged = logged;
        limit = new LogLimit(ticker);
    }

    /** Takes what one read left out. */
    void show(List<String> entries) {
        count.add(entries.size());
        if (!logged) {
            return;
        }
        Set<String> now = new HashSet<>();
        for (String entry : entries) {
            if (now.size() < MAX_REMEMBERED && now.add(entry) && !known.contains(entry) && limit.allows()) {
                LOG.warn("{}: an entry was skipped: {}", name, Problems.line(entry));
            }
        }
        known = now;
    }

    long count() {
        return count.sum();
    }
}
