package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.discovery.AnswerGuard;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceLoop;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.Watch;
import dev.penstock.endpoint.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A catalog made of a reader, which is asked by the rules that all sources share, see {@link SourceLoop}. Thread-safe.
 *
 * <p>The guards on answers that lost endpoints count definitions here, and the endpoints in them: what was defined stays until an
 * answer with fewer lasted.
 */
public final class PolledCatalog implements Catalog {
    private static final Logger LOG = LoggerFactory.getLogger(PolledCatalog.class);
    private static final ServiceName ALL = ServiceName.of("definitions");

    private final String source;
    private final CatalogReader reader;
    private final CatalogPublisher publisher;
    private final SourceLoop loop;
    private final SourceRules rules;
    private final DiscoveryContext context;
    private final AnswerGuard guard;
    private final Object lock = new Object();
    private @Nullable Watch states;
    private boolean closed;

    /** Held while something is told, so that it is told in the order in which it was found; the publisher calls nobody. */
    private final Object telling = new Object();

    private CatalogReader.@Nullable Found believed;
    private String doubt = "";

    /**
     * Reads nothing until the first subscription.
     *
     * @param source the name of the source
     * @param reader reads it
     * @param rules when to read
     * @param context clock, threads and chance
     */
    public PolledCatalog(String source, CatalogReader reader, SourceRules rules, DiscoveryContext context) {
        this.source = requireNonNull(source, "source");
        this.reader = requireNonNull(reader, "reader");
        this.rules = requireNonNull(rules, "rules");
        this.context = requireNonNull(context, "context");
        guard = new AnswerGuard(rules);
        publisher = CatalogPublisher.quiet(source, context.ticker(), context.scheduler());
        loop = new SourceLoop(ALL, source, this::read, rules, context);
    }

    private CompletionStage<Listing> read() throws Exception {
        CompletionStage<CatalogReader.Found> reading = guard.holdsBack()
                ? requireNonNull(reader.confirm(guard.left(context.ticker().nanos())), "confirm() returned null")
                : requireNonNull(reader.read(), "read() returned null");
        var listing = new CompletableFuture<Listing>();
        CompletionStage<Listing> ended = listing;
        ended.whenComplete((done, problem) -> {
            if (listing.isCancelled()) {
                reading.toCompletableFuture().cancel(true);
            }
        });
        reading.whenComplete((found, problem) -> {
            if (problem != null) {
                listing.completeExceptionally(problem);
            } else if (found == null) {
                listing.completeExceptionally(new IllegalStateException("the answer was null"));
            } else if (!listing.isDone()) {
                listing.complete(new Listing(List.of(), found.skipped(), answered(found)));
            }
        });
        return ended;
    }

    /** When to read next; null if nothing says so. */
    private @Nullable Duration answered(CatalogReader.Found found) {
        Duration next = found.nextRead();
        Duration confirm;
        synchronized (telling) {
            CatalogReader.Found before = believed;
            confirm = before == null
                    ? Duration.ZERO
                    : guard.confirmIn(context.ticker().nanos(), size(before), size(found));
            if (confirm.isZero()) {
                believed = found;
                doubt = "";
                publisher.answer(found);
                return next;
            }
            boolean entered = doubt.isEmpty();
            doubt = "answered with " + size(found) + " definitions after " + (before == null ? 0 : size(before))
                    + "; kept until confirmed";
            publisher.fail(doubt);
            if (entered && rules.logged()) {
                LOG.warn("{}: {}", source, doubt);
            }
        }
        return next != null && next.compareTo(confirm) < 0 ? next : confirm;
    }

    private static int size(CatalogReader.Found found) {
        return found.listeners().size()
                + found.routes().size()
                + found.services().stream()
                        .mapToInt(spec -> 1 + spec.endpoints().size())
                        .sum();
    }

    /** How reads end. What it is told may be older than the newest read, but what it is told last is not. */
    private void told(ServiceState state) {
        synchronized (telling) {
            CatalogReader.Found found = believed;
            if (state instanceof ServiceState.Stale stale) {
                publisher.fail(stale.problem());
            } else if (state instanceof ServiceState.Failed failed) {
                publisher.fail(failed.problem());
            } else if (!doubt.isEmpty()) {
                publisher.fail(doubt);
            } else if (found != null) {
                publisher.answer(found);
            }
        }
    }

    /** Says that something may have changed at the source, see {@link SourceLoop#hint()}. */
    public void hint() {
        loop.hint();
    }

    @Override
    public Subscription watch(Consumer<CatalogState> observer) {
        Subscription subscription = publisher.watch(observer);
        synchronized (lock) {
            if (states == null && !closed) {
                states = loop.watch(this::told, () -> {});
            }
        }
        loop.start();
        return subscription;
    }

    @Override
    public CatalogReport report() {
        return publisher.report();
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        publisher.close();
        loop.close();
    }
}
