package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.Answering;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.Question;
import dev.penstock.discovery.Seen;
import dev.penstock.discovery.SharedParts;
import dev.penstock.discovery.SourceLoop;
import dev.penstock.discovery.SourceRules;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.SerialExecutor;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * One daemon, watched for all catalogs and services of an application: one stream of events, one list. Thread-safe.
 *
 * <p>A {@link SourceLoop} of core says when to read, what to do after failures, and logs; what is found answers the
 * {@link Question}s.
 */
final class Daemon implements Answering<Snapshot>, AutoCloseable {
    /**
     * From the first event to the read, and from one read to the next: most changes are several events. It is not waited
     * for quiet, which may never come.
     */
    private static final Duration QUIET = Duration.ofMillis(50);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration READ_LIMIT = Duration.ofSeconds(60);
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final int IDLE_SHARE = 10;
    private static final int READ_SHARE = 2;

    private static final ServiceName CONTAINERS = ServiceName.of("containers");

    private final DaemonSettings settings;
    private final DiscoveryContext context;
    private final DockerApi api;
    private final Events events;
    private final Changes changes = new Changes();
    private final SourceLoop loop;
    private final DaemonReader reader;
    private final SerialExecutor serial;
    private final Views views = new Views();
    private volatile boolean closed;
    private volatile long readNanos;

    // confined to serial
    private final Set<Question<Snapshot, ?>> questions = new LinkedHashSet<>();
    private final Leaving leaving;
    private Seen<Snapshot> seen = Seen.nothing();
    private boolean told;
    private boolean telling;
    private long toldNanos;
    private Duration pauseAfter = Duration.ZERO;
    private Duration breath = Duration.ZERO;
    private boolean hinting;
    private Map<String, Thing> running = Map.of();
    private List<Thing> listed = List.of();
    private List<String> problems = List.of();
    private List<String> ownNetworks = List.of();

    private Daemon(Key key, DiscoveryContext context) {
        settings = key.settings;
        this.context = context;
        api = new DockerApi(settings.host(), settings.timeout(), key.maxBytes);
        serial = new SerialExecutor(context.scheduler());
        leaving = new Leaving(task -> context.scheduler().schedule(settings.drain(), () -> run(task)), this::tellSoon);
        events = new Events(api, context, this::happened, this::missed);
        reader = new DaemonReader(api, events, changes, settings, key.ownId, context);
        var rules = SourceRules.defaults()
                .withDebounce(QUIET, QUIET)
                .withRelist(settings.poll())
                .withReadTimeout(READ_LIMIT);
        loop = new SourceLoop(CONTAINERS, api.name(), this::read, rules, context);
    }

    /** What makes two daemons one. */
    private record Key(DaemonSettings settings, String ownId, int maxBytes) {}

    /** The daemon, shared by all who hold it with the same settings. */
    static SharedParts.Held<Daemon> hold(
            DaemonSettings settings, Environment environment, int maxBytes, DiscoveryContext context) {
        var key = new Key(settings, environment.variable("HOSTNAME"), maxBytes);
        return context.shared().hold(key, () -> new Daemon(key, context), Daemon::close);
    }

    /** For the loops that ask questions: they wait here, while this loop does all the rest. */
    @Override
    public SourceRules askers() {
        return Question.rules(settings.emptyGuard(), settings.shrinkGuard());
    }

    @Override
    public String name() {
        return api.name();
    }

    /** A snapshot as conventions read it; cheap the second time. */
    View view(Snapshot snapshot, Conventions conventions) {
        return views.view(snapshot, conventions);
    }

    /** Answers a question from now on, starting to watch with the first. */
    @Override
    public void ask(Question<Snapshot, ?> question) {
        run(() -> {
            questions.add(question);
            question.learn(seen);
        });
        loop.start();
    }

    /** Answers a question no more. */
    @Override
    public void drop(Question<Snapshot, ?> question) {
        run(() -> questions.remove(question));
    }

    /** What the loop has done so far. */
    SourceLoop.Counts counts() {
        return loop.counts();
    }

    private void missed() {
        changes.all();
        run(loop::hint);
    }

    private void run(Runnable task) {
        if (!closed) {
            try {
                serial.execute(task);
            } catch (RejectedExecutionException e) {
                closed = true; // the threads are gone: nobody listens
            }
        }
    }

    private CompletionStage<Listing> read() throws InterruptedException {
        try {
            readNanos = context.ticker().nanos();
            long count = events.count(); // an event may be read of before it is counted
            DaemonReader.Found found = reader.read();
            if (found.silent()) {
                context.scheduler().schedule(SILENCE, () -> cutIfSilent(count));
            }
            return CompletableFuture.supplyAsync(() -> found(found), serial);
        } catch (DockerProblem e) {
            api.reset();
            events.waitNoLonger();
            run(() -> failed(String.valueOf(e.getMessage())));
            throw e;
        } catch (InterruptedException | RuntimeException e) {
            run(() -> failed("no answer that can be read"));
            throw e;
        }
    }

    private void cutIfSilent(long count) {
        if (events.count() == count && !closed) {
            events.cut();
        }
    }

    private void happened(JsonNode event) {
        changes.add(event);
        run(() -> follow(event));
    }

    private void follow(JsonNode event) {
        if (closed) {
            return;
        }
        if (!settings.drain().isZero() && leaving.marks(event)) {
            tellSoon();
        }
        Duration wait = breath.minusNanos(context.ticker().nanos() - toldNanos);
        if (wait.isNegative() || wait.isZero()) {
            loop.hint();
        } else if (!hinting) {
            hinting = true;
            context.scheduler().schedule(wait, () -> run(this::hintNow));
        }
    }

    private void hintNow() {
        hinting = false;
        loop.hint();
    }

    /** At once, but in a burst once for all, and mostly idle in between however many things there are. */
    private void tellSoon() {
        Duration pause = pauseAfter.compareTo(QUIET) < 0 ? QUIET : pauseAfter;
        Duration wait = pause.minusNanos(context.ticker().nanos() - toldNanos);
        if (!told || wait.isNegative()) {
            tell();
        } else if (!telling) {
            telling = true;
            context.scheduler().schedule(wait, () -> run(this::tell));
        }
    }

    private Listing found(DaemonReader.Found found) {
        if (!found.things().equals(running)) {
            running = found.things();
            leaving.listed(running);
            listed = Thing.inOrder(running, listed);
        }
        problems = found.problems();
        ownNetworks = found.ownNetworks();
        tell();
        breath = found.whole()
                ? Duration.ZERO
                : pauseAfter(Duration.ofNanos(toldNanos - readNanos), READ_SHARE); // where events never end
        Set<String> skipped = new LinkedHashSet<>(problems);
        questions.forEach(question -> skipped.addAll(question.problems()));
        return new Listing(List.of(), List.copyOf(skipped), found.swarm() ? settings.swarmPoll() : null);
    }

    private void tell() {
        told = true;
        telling = false;
        long from = context.ticker().nanos();
        var next = new Snapshot(leaving.over(listed), problems, ownNetworks);
        Snapshot old = seen.snapshot();
        become(new Seen<>(next.equals(old) ? old : next, ""));
        toldNanos = context.ticker().nanos();
        pauseAfter = pauseAfter(Duration.ofNanos(toldNanos - from), IDLE_SHARE);
    }

    /** How long nothing is done after something that took so long. */
    static Duration pauseAfter(Duration took, int times) {
        Duration idle = took.multipliedBy(times);
        return idle.compareTo(LONGEST_PAUSE) < 0 ? idle : LONGEST_PAUSE;
    }

    private void failed(String problem) {
        become(new Seen<>(seen.snapshot(), problem));
    }

    private void become(Seen<Snapshot> next) {
        if (!next.equals(seen) && !closed) {
            seen = next;
            questions.forEach(question -> question.learn(next));
        }
    }

    @Override
    public void close() {
        run(() -> {
            closed = true;
            leaving.forget(id -> true);
        });
        closed = true;
        loop.close();
        events.close();
        api.close();
    }
}
