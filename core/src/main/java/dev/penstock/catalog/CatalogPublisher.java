package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.Problems;
import dev.penstock.observe.Feed;
import dev.penstock.time.Ticker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest definitions of one catalog, and the subscriptions that are told of them. Thread-safe.
 *
 * <p>Made for authors of catalogs: say what the source defines ({@link #answer}) or that it failed ({@link #fail}), from
 * any thread, and give {@link #watch} to whoever subscribes. This class does the rest: equal definitions are no news; an
 * error keeps those said last, and is logged when it begins and when it ends; each subscription is told on a thread of
 * the executor, one call at a time, the newest state only, never under a lock.
 */
public final class CatalogPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogPublisher.class);

    private final String source;
    private final Ticker ticker;
    private final Executor executor;
    private final boolean quiet;
    private final Object lock = new Object();
    private final List<Feed<CatalogState>> feeds = new CopyOnWriteArrayList<>();
    private volatile @Nullable CatalogState current;
    private volatile CatalogReport report;
    private volatile boolean closed;

    /**
     * Says nothing yet.
     *
     * @param source the name of the source, as in {@code docker unix:///var/run/docker.sock}
     * @param ticker the clock
     * @param executor where observers are called
     */
    public CatalogPublisher(String source, Ticker ticker, Executor executor) {
        this(source, ticker, executor, false);
    }

    private CatalogPublisher(String source, Ticker ticker, Executor executor, boolean quiet) {
        this.source = requireNonNull(source, "source");
        this.ticker = requireNonNull(ticker, "ticker");
        this.executor = requireNonNull(executor, "executor");
        this.quiet = quiet;
        report = new CatalogReport("", ticker.nanos(), List.of());
    }

    /**
     * One whose failures are logged by somebody else.
     *
     * @param source the name of the source
     * @param ticker the clock
     * @param executor where observers are called
     * @return says nothing yet
     */
    public static CatalogPublisher quiet(String source, Ticker ticker, Executor executor) {
        return new CatalogPublisher(source, ticker, executor, true);
    }

    /**
     * The source said, with authority, what it defines.
     *
     * @param found all of it
     */
    public void answer(CatalogReader.Found found) {
        var next = new CatalogState(source, found.listeners(), found.routes(), found.services());
        List<String> lines = found.skipped().stream().map(Problems::line).toList();
        boolean recovered;
        synchronized (lock) {
            recovered = !report.problem().isEmpty();
            report = new CatalogReport("", recovered ? ticker.nanos() : report.sinceNanos(), lines);
            if (next.equals(current)) {
                next = null;
            } else {
                current = next;
            }
        }
        if (recovered && !closed && !quiet) {
            LOG.info(
                    "{} works again: {} routes, {} services",
                    source,
                    found.routes().size(),
                    found.services().size());
        }
        if (next != null) {
            feeds.forEach(Feed::offer);
        }
    }

    /**
     * The source failed: what it defined last stays in use.
     *
     * @param problem one sentence for a person
     */
    public void fail(String problem) {
        failed(problem, null);
    }

    /**
     * The source failed, since nothing of what it said can be used: what it defined last stays in use.
     *
     * @param problem one sentence for a person
     * @param skipped what is wrong with each part of it, as of {@link CatalogReader.Found#skipped()}
     */
    public void fail(String problem, List<String> skipped) {
        failed(problem, skipped.stream().map(Problems::line).toList());
    }

    private void failed(String problem, @Nullable List<String> skipped) {
        String line = Problems.line(problem);
        boolean entered;
        synchronized (lock) {
            entered = report.problem().isEmpty();
            report = new CatalogReport(
                    line.isEmpty() ? "failed" : line,
                    entered ? ticker.nanos() : report.sinceNanos(),
                    skipped == null ? report.skipped() : skipped);
        }
        if (entered && !closed && !quiet) {
            LOG.warn("{} failed: {}; keeping its definitions", source, line);
        }
    }

    /**
     * What the source defined last.
     *
     * @return null before its first answer
     */
    public @Nullable CatalogState current() {
        return current;
    }

    /**
     * How the source does.
     *
     * @return what {@link Catalog#report()} is to give
     */
    public CatalogReport report() {
        return report;
    }

    /**
     * Subscribes to the definitions; those said last are told at once.
     *
     * @param observer told on the executor
     * @return the subscription
     */
    public Catalog.Subscription watch(Consumer<CatalogState> observer) {
        var feed = new Feed<>(this::current, requireNonNull(observer, "observer"), executor);
        feeds.add(feed);
        if (closed) {
            feed.end();
        } else {
            feed.offer();
        }
        return () -> {
            feeds.remove(feed);
            feed.close();
        };
    }

    /** Ends every subscription; what is said afterwards is told to nobody. */
    @Override
    public void close() {
        closed = true;
        feeds.forEach(Feed::end);
    }
}
