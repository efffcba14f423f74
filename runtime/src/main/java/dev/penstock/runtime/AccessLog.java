package dev.penstock.runtime;

import static java.util.Objects.requireNonNull;

import dev.penstock.config.AccessLogSettings;
import dev.penstock.proxy.ExchangeObserver;
import dev.penstock.proxy.ExchangeRecord;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line for each request, connection and flow, see {@code docs/access-log.md}. Lines are collected while more records wait,
 * and written together. A target that cannot be written costs lines, which are counted, and nothing else. To be told one
 * record at a time; {@link #lost} and {@link #close} may be called by anybody.
 */
public final class AccessLog implements ExchangeObserver, AutoCloseable {
    /** Written at the latest when so much is collected. */
    private static final int MOST_COLLECTED = 64 << 10;

    /** How often it is looked whether the file was renamed. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    private final AccessLogSettings settings;
    private final AccessTarget target;
    private final AccessLine format;
    private final InstantSource instants;
    private final Ticker ticker;
    private final LineBuffer collected = new LineBuffer();
    private final AtomicLong lost = new AtomicLong();
    private long epochAheadNanos;
    private int ordinary;
    private long lookNanos;
    private boolean failing;
    private boolean behind;

    private AccessLog(AccessLogSettings settings, AccessTarget target, InstantSource instants, Ticker ticker) {
        this.settings = settings;
        this.target = target;
        this.format = new AccessLine(settings);
        this.instants = requireNonNull(instants, "instants");
        this.ticker = requireNonNull(ticker, "ticker");
        this.lookNanos = ticker.nanos();
    }

    /**
     * Opens what is written to.
     *
     * @param settings what is written, and where; whether it is on is for the caller to see to
     * @param instants tells the time that lines say
     * @param ticker the clock of the gateway
     * @return to be closed after the gateway
     * @throws StartException if the file cannot be opened
     */
    public static AccessLog open(AccessLogSettings settings, InstantSource instants, Ticker ticker) {
        try {
            return new AccessLog(settings, AccessTarget.open(settings.to()), instants, ticker);
        } catch (IOException e) {
            throw new StartException(List.of("log.access.to: \"" + settings.to()
                    + "\" (expected: a file that can be written): " + e.getMessage()));
        }
    }

    /**
     * Lines that could not be written.
     *
     * @return {@code >= 0}, grows
     */
    public long lost() {
        return lost.get();
    }

    @Override
    public void completed(ExchangeRecord record) {
        if (!isWanted(record)) {
            return;
        }
        if (collected.length() == 0) {
            readClocks();
        }
        int before = collected.length();
        try {
            format.append(collected, record, epochMillis(record.startNanos()));
        } catch (RuntimeException | Error e) { // as for want of memory
            collected.cut(before);
            lost.incrementAndGet();
            throw e;
        }
        if (collected.length() >= MOST_COLLECTED) {
            write();
        }
    }

    /** Once for all lines that are written together. */
    private void readClocks() {
        Instant now = instants.instant();
        epochAheadNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - ticker.nanos();
    }

    private long epochMillis(long nanos) {
        return Math.floorDiv(nanos + epochAheadNanos, TimeUnit.MILLISECONDS.toNanos(1));
    }

    @Override
    public void passed(ExchangeRecord record) {
        completed(record);
    }

    /** Errors and what is slow always, of the others one in so many. */
    private boolean isWanted(ExchangeRecord record) {
        boolean slow = !settings.slow().isZero() && record.duration().compareTo(settings.slow()) >= 0;
        if (slow || record.isError()) {
            return true;
        }
        if (settings.sample() == 0) {
            return false;
        }
        ordinary = (ordinary + 1) % settings.sample();
        return ordinary == 0;
    }

    @Override
    public void caughtUp() {
        if (collected.length() > 0) {
            write();
        }
    }

    private void write() {
        byte[] lines = collected.bytes();
        int length = collected.length();
        collected.cut(0);
        look();
        try {
            target.write(lines, length);
            if (failing) {
                failing = false;
                LOG.info("access log {}: written again; {} lines were lost in all", settings.to(), lost);
            }
        } catch (IOException e) {
            lost.addAndGet(lines(lines, target.written(), length));
            if (!failing) {
                failing = true;
                LOG.warn("access log {}: {}; lines are lost until it can be written", settings.to(), e.getMessage());
            }
        }
    }

    /** How many end there. */
    private static int lines(byte[] text, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += text[i] == '\n' ? 1 : 0;
        }
        return count;
    }

    private void look() {
        long now = ticker.nanos();
        if (now - lookNanos < LOOK_INTERVAL.toNanos()) {
            return;
        }
        lookNanos = now;
        try {
            target.look();
            behind = false;
        } catch (IOException e) {
            if (!behind) {
                behind = true;
                LOG.warn(
                        "access log {}: {}; lines go on to the file that had this name until it can be opened",
                        settings.to(),
                        e.getMessage());
            }
        }
    }

    @Override
    public void closed() {
        close();
    }

    /** Closes the file for good; lines that come later are lost, and counted. */
    @Override
    public void close() {
        try {
            target.close();
        } catch (UncheckedIOException e) {
            LOG.warn("access log {}: {}", settings.to(), e.getMessage());
        }
    }
}
