package dev.penstock.runtime;

import dev.penstock.admin.RecentExchanges;
import dev.penstock.config.AccessLogSettings;
import dev.penstock.proxy.ClientTls;
import dev.penstock.proxy.Ending;
import dev.penstock.proxy.ExchangeObserver;
import dev.penstock.proxy.ExchangeRecord;
import dev.penstock.proxy.RefusalRecord;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The last exchanges that did not go well: errors, those that took more than one attempt, and clients that were refused or cut
 * off. Thread-safe.
 *
 * <p>Those that a client alone is behind, or that the proxy has refused it, are kept apart: who wants to can bring about any
 * number of them, and they must not push out what went wrong with services.
 */
final class RecentLog implements ExchangeObserver, RecentExchanges {
    private final int most;
    private final InstantSource instants;
    private final Ticker ticker;
    // Guarded by this; written off the event loops.
    private final Deque<Entry> ofServices = new ArrayDeque<>();
    private final Deque<Entry> ofClients = new ArrayDeque<>();
    private long added;

    /**
     * With what is read of the clock on the wall, since records say the ticker's time alone.
     *
     * @param number in the order in which they came
     */
    private record Entry(long number, Instant time, ExchangeRecord record) {}

    /**
     * Holds none yet.
     *
     * @param most how many of services are kept, and as many of clients
     */
    RecentLog(int most, InstantSource instants, Ticker ticker) {
        this.most = most;
        this.instants = instants;
        this.ticker = ticker;
    }

    @Override
    public void completed(ExchangeRecord record) {
        if (record.isError() || record.attempts() > 1) {
            add(record);
        }
    }

    @Override
    public void passed(ExchangeRecord record) {
        completed(record);
    }

    @Override
    public void refused(RefusalRecord refusal) {
        add(new ExchangeRecord(
                ticker.nanos(),
                "",
                refusal.listener(),
                refusal.client(),
                ClientTls.NONE,
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                0,
                "",
                "",
                0,
                0,
                0,
                null,
                null,
                Duration.ZERO,
                refusal.reason().token(),
                new Ending(Ending.By.PROXY, Ending.During.REQUEST)));
    }

    private void add(ExchangeRecord record) {
        Instant time = instants.instant().minusNanos(ticker.nanos() - record.startNanos());
        synchronized (this) {
            Deque<Entry> entries = isOfClient(record) ? ofClients : ofServices;
            if (entries.size() == most) {
                entries.removeLast();
            }
            entries.addFirst(new Entry(added++, time, record));
        }
    }

    private static boolean isOfClient(ExchangeRecord record) {
        Ending ending = record.ending();
        return switch (ending.by()) {
            case CLIENT, CLIENT_TIMEOUT -> true;
            case PROXY -> ending.during() == Ending.During.REQUEST;
            default -> false;
        };
    }

    /** Each as a line of the access log. */
    @Override
    public String json(String service, int limit) {
        List<Entry> now;
        synchronized (this) {
            now = new ArrayList<>(ofServices);
            now.addAll(ofClients);
        }
        now.sort(Comparator.comparingLong(Entry::number).reversed());
        var line = new AccessLine(AccessLogSettings.defaults());
        var text = new LineBuffer();
        text.append('[');
        Iterator<Entry> shown = now.stream()
                .filter(entry -> service.isEmpty() || entry.record().service().equals(service))
                .limit(limit)
                .iterator();
        while (shown.hasNext()) {
            Entry entry = shown.next();
            if (text.length() > 1) {
                text.append(',');
            }
            text.append('\n');
            line.append(text, entry.record(), entry.time().toEpochMilli());
            text.cut(text.length() - 1); // the end of the line
        }
        text.append('\n');
        text.append(']');
        return text.toString();
    }
}
