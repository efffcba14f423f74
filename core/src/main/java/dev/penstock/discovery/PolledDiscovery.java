package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A source made of a reader for each query: watches of equal queries share one {@link SourceLoop}, which runs while there
 * are any. Thread-safe.
 *
 * <p>The shortest way to a source of one's own:
 *
 * <pre>{@code
 * new PolledDiscovery("inventory", query -> SourceReader.blocking(() -> Listing.of(rows(query.name()), Row::endpoint)),
 *         SourceRules.defaults().withRelist(Duration.ofSeconds(10)), context)
 * }</pre>
 */
public final class PolledDiscovery implements Discovery {
    private final String source;
    private final Function<ServiceQuery, SourceReader> readers;
    private final SourceRules rules;
    private final DiscoveryContext context;
    private final OutageLog log;
    private final Object lock = new Object();
    private final Map<ServiceQuery, Use> uses = new HashMap<>();
    private boolean closed;

    /**
     * Opens nothing until the first watch.
     *
     * @param source the name of the source, as in {@code consul http://10.0.0.9:8500}
     * @param readers makes the reader of a query, where it may block
     * @param rules when to read, and what to believe
     * @param context clock, threads and chance
     */
    public PolledDiscovery(
            String source, Function<ServiceQuery, SourceReader> readers, SourceRules rules, DiscoveryContext context) {
        this.source = requireNonNull(source, "source");
        this.readers = requireNonNull(readers, "readers");
        this.rules = requireNonNull(rules, "rules");
        this.context = requireNonNull(context, "context");
        log = new OutageLog(context.ticker());
    }

    @Override
    public Watch watch(ServiceQuery query, Consumer<ServiceState> observer) {
        Use use = hold(query);
        Watch watch = use.loop.watch(observer, () -> release(query, use));
        use.loop.start();
        return watch;
    }

    private Use hold(ServiceQuery query) {
        synchronized (lock) {
            if (!closed) {
                Use use = uses.computeIfAbsent(query, q -> new Use(loop(q)));
                use.watches++;
                return use;
            }
        }
        var ended = new Use(loop(query));
        ended.loop.close();
        return ended;
    }

    private SourceLoop loop(ServiceQuery query) {
        return new SourceLoop(query.service(), source, new Lazy(readers, query), rules, context, log);
    }

    private void release(ServiceQuery query, Use use) {
        synchronized (lock) {
            use.watches--;
            if (use.watches > 0) {
                return;
            }
            uses.remove(query, use);
        }
        use.loop.close();
    }

    /** Says that something may have changed, for every service. */
    public void hint() {
        loops().forEach(SourceLoop::hint);
    }

    /**
     * Says that something may have changed, for some services.
     *
     * @param concerned which queries are to be read again; asked quickly, under a lock
     */
    public void hint(Predicate<? super ServiceQuery> concerned) {
        List<SourceLoop> loops = new ArrayList<>();
        synchronized (lock) {
            uses.forEach((query, use) -> {
                if (concerned.test(query)) {
                    loops.add(use.loop);
                }
            });
        }
        loops.forEach(SourceLoop::hint);
    }

    /**
     * Says that something may have changed for one service.
     *
     * @param query as it is watched; nothing happens if it is not
     */
    public void hint(ServiceQuery query) {
        Use use;
        synchronized (lock) {
            use = uses.get(query);
        }
        if (use != null) {
            use.loop.hint();
        }
    }

    /**
     * Counts what was done for the watches that are open.
     *
     * @return the sums
     */
    public SourceLoop.Counts counts() {
        return loops().stream()
                .map(SourceLoop::counts)
                .reduce(
                        new SourceLoop.Counts(0, 0, 0),
                        (a, b) -> new SourceLoop.Counts(
                                a.reads() + b.reads(), a.failures() + b.failures(), a.skipped() + b.skipped()));
    }

    private List<SourceLoop> loops() {
        synchronized (lock) {
            return uses.values().stream().map(use -> use.loop).toList();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        loops().forEach(SourceLoop::close);
    }

    /** A loop and the number of its watches; compared by identity. */
    private static final class Use {
        private final SourceLoop loop;
        private int watches;

        private Use(SourceLoop loop) {
            this.loop = loop;
        }
    }

    /** Makes its reader at the first read, where it may block or throw. Reads are confined to its loop. */
    private static final class Lazy implements SourceReader {
        private final Function<ServiceQuery, SourceReader> readers;
        private final ServiceQuery query;
        private volatile @Nullable SourceReader reader;
        private volatile boolean closed;

        private Lazy(Function<ServiceQuery, SourceReader> readers, ServiceQuery query) {
            this.readers = readers;
            this.query = query;
        }

        @Override
        public CompletionStage<Listing> read() throws Exception {
            return made().read();
        }

        @Override
        public CompletionStage<Listing> confirm(Duration wait) throws Exception {
            return made().confirm(wait);
        }

        private SourceReader made() {
            SourceReader made = reader;
            if (made == null) {
                made = readers.apply(query);
                reader = made;
                if (closed) { // close() may have looked before the reader stood there
                    made.close();
                }
            }
            return made;
        }

        @Override
        public void close() {
            closed = true;
            SourceReader made = reader;
            if (made != null) {
                made.close();
            }
        }
    }
}
