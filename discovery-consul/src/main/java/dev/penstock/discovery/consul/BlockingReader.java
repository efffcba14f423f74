package dev.penstock.discovery.consul;

import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.SourceReader;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Reads the endpoints of one service by blocking queries. Confined to its loop.
 *
 * <p>While there are more readers than seats, those without a seat ask at once and without waiting, when they are told
 * that something may have changed, and now and then anyway.
 */
final class BlockingReader implements SourceReader {
    private final ServiceQuery query;
    private final Seats seats;
    private final LongPoll<Listing> poll;
    private final Duration wait;
    private final Duration standingEvery;
    private volatile boolean closed;

    /**
     * Asks nothing yet.
     *
     * @param wait how long a blocking query may take
     * @param standingEvery how often to ask without a seat if nothing hints at changes
     */
    BlockingReader(
            ServiceQuery query,
            Asking<Listing> asking,
            Seats seats,
            ConsulHttp http,
            Ticker ticker,
            Duration wait,
            Duration standingEvery) {
        this.query = query;
        this.seats = seats;
        poll = new LongPoll<>(asking, http, ticker);
        this.wait = wait;
        this.standingEvery = standingEvery;
    }

    ServiceQuery query() {
        return query;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public CompletionStage<Listing> read() {
        return confirm(wait);
    }

    @Override
    public CompletionStage<Listing> confirm(Duration longest) {
        if (seats.take(this)) {
            return poll.read(longest.compareTo(wait) < 0 ? longest : wait)
                    .map(found -> found.value().withNextRead(found.nextRead()));
        }
        return poll.readAtOnce().map(found -> found.value().withNextRead(standingEvery));
    }

    @Override
    public void close() {
        closed = true; // first: a read may be about to take a seat
        seats.leave(this);
    }
}
