package dev.penstock.admin;

import dev.penstock.time.Ticker;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events (WHATWG HTML, 9.2) for so many readers at a time: {@code state} with what has changed, at most once a second
 * and at least every {@value #QUIET_SECONDS} s, and {@code configuration} when definitions have; for {@value #LONGEST_SECONDS} s, then readers begin anew. Nothing is kept for a reader but
 * how far it has come. Thread-safe.
 */
final class EventStreams {
    /** Readers at a time. */
    static final int MOST = 32;

    /** After so long without news a state is sent that says only that all is as it was. */
    static final int QUIET_SECONDS = 4;

    /** After so long a stream ends: who sleeps where the system goes on taking a little for him keeps no place for ever. */
    static final int LONGEST_SECONDS = 600;

    private static final long LONGEST_NANOS = LONGEST_SECONDS * 1_000_000_000L;
    private static final long QUIET_NANOS = QUIET_SECONDS * 1_000_000_000L;

    private final EventFeed feed;
    private final Ticker ticker;
    private final Semaphore free = new Semaphore(MOST);

    EventStreams(EventFeed feed, Ticker ticker) {
        this.feed = feed;
        this.ticker = ticker;
    }

    /** To a HEAD the answer has no stream; throws a 503 where there are too many. */
    AdminResponse open(AdminRequest request) {
        if (request.method().equals("HEAD")) {
            return AdminResponse.events(null);
        }
        if (!free.tryAcquire()) {
            throw new ApiProblem(503, "events: " + MOST + " streams are open (expected: fewer); try again in a second");
        }
        return AdminResponse.events(new Stream());
    }

    /** What one reader is told. */
    private final class Stream implements AdminStream {
        private final AtomicBoolean closed = new AtomicBoolean();
        private long definitions = -1;
        private long seen;
        private final long beginNanos = ticker.nanos();
        private long toldNanos = beginNanos - QUIET_NANOS;

        @Override
        public @Nullable String next() {
            long now = ticker.nanos();
            if (now - beginNanos >= LONGEST_NANOS) {
                return null;
            }
            EventFeed.News news = feed.since(seen);
            if (news.definitions() != definitions) {
                definitions = news.definitions();
                return event("configuration", "{\"version\":" + definitions + "}");
            }
            if (news.version() == seen && now - toldNanos < QUIET_NANOS) {
                return "";
            }
            seen = news.version();
            toldNanos = now;
            return event("state", news.json());
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                free.release();
            }
        }
    }

    /** Data is one line. */
    private static String event(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }
}
