package dev.penstock.discovery.marathon;

import dev.penstock.discovery.Answering;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.Problems;
import dev.penstock.discovery.Question;
import dev.penstock.discovery.Seen;
import dev.penstock.discovery.SharedParts;
import dev.penstock.discovery.SourceLoop;
import dev.penstock.discovery.SourceRules;
import dev.penstock.discovery.http.Call;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One Marathon, read for all services of an application: one list, one stream of events. Thread-safe.
 *
 * <p>A {@link SourceLoop} of core says when to read, what to do after failures, and logs; what is found answers the
 * {@link Question}s.
 */
final class Cluster implements Answering<Snapshot>, AutoCloseable {
    private static final ServiceName APPS = ServiceName.of("apps");

    /** The longest pause after a read. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final MarathonSource source;
    private final DiscoveryContext context;
    private final MasterHttp http;
    private final ApiReader reader;
    private final SourceLoop loop;
    private final EventStream events;
    private final @Nullable Callbacks callbacks;
    private final Turns turns;

    // confined to turns
    private final Set<Question<Snapshot, ?>> questions = new LinkedHashSet<>();
    private Seen<Snapshot> seen = Seen.nothing();
    private boolean started;
    private boolean hinting;
    private long restNanos;

    private Cluster(MarathonSource source, DiscoveryContext context) {
        this.source = source;
        this.context = context;
        turns = new Turns(context.scheduler());
        restNanos = context.ticker().nanos();
        http = new MasterHttp(source, context.scheduler());
        reader = new ApiReader(http, context.scheduler(), () -> turns.run(this::hint));
        loop = new SourceLoop(APPS, source.name(), this::read, source.rules(), context);
        events = new EventStream(source.name(), http, context, source.silence(), new EventStream.Observer() {
            @Override
            public void changed() {
                turns.run(Cluster.this::hint);
            }

            @Override
            public boolean awaitsReadiness() {
                return reader.awaitsReadiness();
            }
        });
        CallbackUrl url = source.callback();
        callbacks = url == null
                ? null
                : new Callbacks(url, source, http, context, () -> turns.run(this::hint), events::start);
    }

    /** What makes two of them one: the part of the URI that names the source. */
    private record Key(URI shared) {}

    /** The cluster, shared by all who hold it by an equal URI. */
    static SharedParts.Held<Cluster> hold(URI shared, Map<String, String> variables, DiscoveryContext context) {
        MarathonSource source = MarathonSource.of(MarathonUri.of(shared, Set.of()), variables);
        return context.shared().hold(new Key(shared), () -> new Cluster(source, context), Cluster::close);
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public SourceRules askers() {
        return Question.rules(source.emptyGuard(), source.shrinkGuard());
    }

    @Override
    public void ask(Question<Snapshot, ?> question) {
        turns.run(() -> {
            questions.add(question);
            question.learn(seen);
            start();
        });
    }

    private void start() {
        if (started || turns.isClosed()) {
            return;
        }
        started = true;
        if (callbacks == null) {
            events.start(); // before the list, so that nothing is missed in between
        } else {
            callbacks.start();
        }
        loop.start();
    }

    @Override
    public void drop(Question<Snapshot, ?> question) {
        turns.run(() -> questions.remove(question));
    }

    /** Whatever happens, half of the time nothing is read. */
    private void hint() {
        Duration wait = Duration.ofNanos(restNanos - context.ticker().nanos());
        if (wait.isNegative() || wait.isZero()) {
            loop.hint();
        } else if (!hinting) {
            hinting = true;
            context.scheduler()
                    .schedule(
                            wait,
                            () -> turns.run(() -> {
                                hinting = false;
                                loop.hint();
                            }));
        }
    }

    private CompletionStage<Listing> read() {
        long began = context.ticker().nanos();
        var listing = new Call<Listing>();
        Call<Snapshot> read = reader.read();
        listing.over(read);
        CompletionStage<Snapshot> end = read;
        end.whenComplete((snapshot, problem) -> turns.run(() -> {
            rest(began);
            if (problem == null) {
                listing.complete(found(snapshot));
            } else {
                failed(problem);
                listing.fail(problem);
            }
        }));
        return listing;
    }

    /** As long as the read took. */
    private void rest(long began) {
        long now = context.ticker().nanos();
        restNanos = now + Math.min(now - began, LONGEST_PAUSE.toNanos());
    }

    private Listing found(Snapshot snapshot) {
        become(new Seen<>(snapshot.equals(seen.snapshot()) ? seen.snapshot() : snapshot, ""));
        Set<String> skipped = new LinkedHashSet<>(snapshot.allProblems());
        questions.forEach(question -> skipped.addAll(question.problems()));
        double share = 0.75 + 0.25 * context.randomness().nextDouble(); // so that load balancers do not read in step
        Duration next = Duration.ofNanos((long) (source.interval().toNanos() * share));
        return new Listing(List.of(), List.copyOf(skipped), next);
    }

    private void failed(Throwable problem) {
        String why = problem instanceof CancellationException
                ? "no answer within " + source.rules().readTimeout().toMillis() + " ms"
                : Problems.of(problem);
        become(new Seen<>(seen.snapshot(), why));
    }

    private void become(Seen<Snapshot> next) {
        if (!next.equals(seen) && !turns.isClosed()) {
            seen = next;
            questions.forEach(question -> question.learn(next));
        }
    }

    @Override
    public void close() {
        turns.close();
        loop.close();
        events.close();
        if (callbacks != null) {
            callbacks.close();
        }
        http.close();
    }
}
