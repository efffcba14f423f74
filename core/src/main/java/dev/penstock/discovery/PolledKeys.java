package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.SerialExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store made of a reader for each key, which is asked by the rules that all sources share, see {@link SourceLoop}.
 * Thread-safe.
 */
public final class PolledKeys implements KeyWatch {
    private static final Logger LOG = LoggerFactory.getLogger(PolledKeys.class);
    private static final ServiceName KEYS = ServiceName.of("keys");

    private final String source;
    private final Function<String, Reader> readers;
    private final SourceRules rules;
    private final DiscoveryContext context;
    private final Runnable release;
    private final Set<Keys> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Reads nothing until the first subscription.
     *
     * @param source the name of the store
     * @param readers makes the reader of a key or prefix
     * @param rules when to read; its guards do not apply
     * @param context clock, threads and chance
     */
    public PolledKeys(String source, Function<String, Reader> readers, SourceRules rules, DiscoveryContext context) {
        this(source, readers, rules, context, () -> {});
    }

    /**
     * Reads nothing until the first subscription, and lets go of what its readers share when it is closed.
     *
     * @param source the name of the store
     * @param readers makes the reader of a key or prefix
     * @param rules when to read; its guards do not apply
     * @param context clock, threads and chance
     * @param release called at each close, after every subscription has ended
     */
    public PolledKeys(
            String source,
            Function<String, Reader> readers,
            SourceRules rules,
            DiscoveryContext context,
            Runnable release) {
        this.source = requireNonNull(source, "source");
        this.readers = requireNonNull(readers, "readers");
        this.rules = requireNonNull(rules, "rules");
        this.context = requireNonNull(context, "context");
        this.release = requireNonNull(release, "release");
    }

    /** Reads the values of one key or prefix, once per call; called as a {@link SourceReader} is. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Reads.
         *
         * @return the authoritative answer, now or later; a stage that fails says that the store could not be read
         * @throws Exception if the store could not be read
         */
        CompletionStage<Found> read() throws Exception;
    }

    /**
     * What one read found. Immutable.
     *
     * @param values by whole key
     * @param skipped one sentence for each value that could not be used
     * @param nextRead see {@link Listing#nextRead()}
     */
    public record Found(
            Map<String, String> values,
            List<String> skipped,
            @Nullable Duration nextRead) {
        /** Copies the values. */
        public Found {
            values = Map.copyOf(values);
            skipped = List.copyOf(skipped);
        }
    }

    @Override
    public Subscription watch(String key, Consumer<KeyState> observer) {
        var keys = new Keys(readers.apply(requireNonNull(key, "key")), requireNonNull(observer, "observer"));
        open.add(keys);
        if (closed) {
            keys.close();
        } else {
            keys.start();
        }
        return keys;
    }

    /** Says that something may have changed at the store, see {@link SourceLoop#hint()}. */
    public void hint() {
        open.forEach(keys -> keys.loop.hint());
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(Keys::close);
        release.run();
    }

    /** One subscription with a loop of its own, which is asked for no endpoints. Thread-safe. */
    private final class Keys implements Subscription {
        private final Reader reader;
        private final Consumer<KeyState> observer;
        private final SourceLoop loop;
        private final SerialExecutor serial = new SerialExecutor(context.scheduler());
        private final AtomicBoolean queued = new AtomicBoolean();
        private volatile @Nullable Map<String, String> newest;
        private volatile String problem = "";
        private volatile boolean ended;
        private @Nullable KeyState told; // confined to serial

        private Keys(Reader reader, Consumer<KeyState> observer) {
            this.reader = reader;
            this.observer = observer;
            loop = new SourceLoop(KEYS, source, this::read, rules, context);
        }

        private void start() {
            loop.watch(this::state, () -> {});
            loop.start();
        }

        private CompletionStage<Listing> read() throws Exception {
            CompletionStage<Found> reading = requireNonNull(reader.read(), "read() returned null");
            var listing = new CompletableFuture<Listing>();
            CompletionStage<Listing> end = listing;
            end.whenComplete((done, failure) -> {
                if (listing.isCancelled()) {
                    reading.toCompletableFuture().cancel(true);
                }
            });
            reading.whenComplete((found, failure) -> {
                if (found == null) {
                    listing.completeExceptionally(
                            failure == null ? new IllegalStateException("the answer was null") : failure);
                } else if (!listing.isDone()) {
                    newest = found.values();
                    problem = "";
                    tell();
                    listing.complete(new Listing(List.of(), found.skipped(), found.nextRead()));
                }
            });
            return end;
        }

        private void state(ServiceState state) {
            if (state instanceof ServiceState.Stale stale) {
                problem = stale.problem();
            } else if (state instanceof ServiceState.Failed failed) {
                problem = failed.problem();
            } else {
                problem = "";
            }
            tell();
        }

        private void tell() {
            if (queued.compareAndSet(false, true)) {
                serial.execute(this::deliver);
            }
        }

        private void deliver() {
            queued.set(false);
            Map<String, String> values = newest;
            var state = new KeyState(values == null ? Map.of() : values, values != null, problem);
            boolean nothing = values == null && state.problem().isEmpty();
            if (ended || nothing || state.equals(told)) {
                return;
            }
            told = state;
            try {
                observer.accept(state);
            } catch (RuntimeException e) {
                LOG.warn("observer {} threw", observer, e);
            }
        }

        @Override
        public void close() {
            ended = true;
            open.remove(this);
            loop.close();
        }
    }
}
