package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Listing;
import dev.penstock.discovery.SourceLoop;
import dev.penstock.discovery.SourceReader;
import dev.penstock.discovery.SourceRules;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.time.Backoff;
import dev.penstock.time.SerialExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One daemon, watched for everybody who wants something of it: one stream of events, one list for all. Thread-safe.
 *
 * <p>A {@link SourceLoop} of core says when to list, and what to do after failures; what is found goes to observers as a
 * whole, whatever it is that they look for.
 */
final class Daemon implements AutoCloseable {
    /** Of the loop that lists; as short as serves bursts well, since each list costs the daemon little. */
    private static final Duration QUIET = Duration.ofMillis(50);

    private static final Duration LATEST = Duration.ofMillis(500);
    private static final Duration READ_LIMIT = Duration.ofSeconds(60);
    private static final Duration SILENCE = Duration.ofSeconds(1);

    /** A daemon that is back is noticed soon; asking costs it little. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), 1.5, Duration.ofSeconds(4), 0.75);

    private static final ServiceName CONTAINERS = ServiceName.of("containers");

    private final DaemonSettings settings;
    private final DiscoveryContext context;
    private final DockerApi api;
    private final Events events;
    private final SourceLoop loop;
    private final DaemonReader reader;
    private final SerialExecutor serial;
    private final List<Runnable> observers = new CopyOnWriteArrayList<>();
    private final Views views = new Views();
    private volatile Seen seen = Seen.NOTHING;
    private volatile boolean closed;

    // confined to serial
    private final Leaving leaving = new Leaving();
    private List<Thing> listed = List.of();
    private List<String> problems = List.of();
    private List<String> ownNetworks = List.of();

    Daemon(DaemonSettings settings, Environment environment, DiscoveryContext context, int maxBytes) {
        this.settings = settings;
        this.context = context;
        api = new DockerApi(settings.host(), settings.timeout(), maxBytes);
        serial = new SerialExecutor(context.scheduler());
        events = new Events(api, context, event -> run(() -> happened(event)), this::hint);
        reader = new DaemonReader(api, events, settings, environment.variable("HOSTNAME"), context.ticker());
        var rules = SourceRules.defaults()
                .withDebounce(QUIET, LATEST)
                .withRelist(settings.poll())
                .withReadTimeout(READ_LIMIT)
                .withBackoff(BACKOFF);
        loop = new SourceLoop(CONTAINERS, api.name(), SourceReader.blocking(this::read), rules, context);
    }

    String name() {
        return api.name();
    }

    /** Starts to watch; does nothing the second time. */
    void start() {
        loop.start();
    }

    /** The newest. */
    Seen seen() {
        return seen;
    }

    /** A snapshot as conventions read it; cheap the second time. */
    View view(Snapshot snapshot, Conventions conventions) {
        return views.view(snapshot, conventions);
    }

    /** Runs something after each change of {@link #seen()}, one after the other. It must not block. */
    void observe(Runnable observer) {
        observers.add(observer);
    }

    private void hint() {
        reader.hint();
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

    private Listing read() throws InterruptedException {
        try {
            DaemonReader.Found found = reader.read();
            run(() -> found(found));
            if (found.silent()) {
                long count = events.count();
                context.scheduler().schedule(SILENCE, () -> cutIfSilent(count));
            }
            return new Listing(pseudo(found.things()), found.problems(), found.swarm() ? settings.swarmPoll() : null);
        } catch (DockerProblem e) {
            api.reset();
            run(() -> failed(e.getMessage()));
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

    /** For the log, which says how many endpoints are kept when reads fail: of a daemon that is what runs there. */
    private static List<Endpoint> pseudo(List<Thing> things) {
        return things.stream()
                .map(thing -> Endpoint.of(ContainerReader.shortId(thing.id()), 1))
                .toList();
    }

    private void happened(JsonNode event) {
        String id = event.path("Actor").path("ID").asText("");
        if (!settings.drain().isZero() && leaving.marks(event)) {
            context.scheduler().schedule(settings.drain(), () -> run(() -> stays(id)));
            tell();
        }
        hint();
    }

    private void stays(String id) {
        if (leaving.forget(id)) {
            tell();
        }
    }

    private void found(DaemonReader.Found found) {
        leaving.listed(found.stopSignals());
        Map<String, Thing> before = new HashMap<>();
        listed.forEach(thing -> before.put(thing.id(), thing));
        List<Thing> things = new ArrayList<>();
        for (Thing thing : found.things()) {
            Thing known = before.get(thing.id());
            things.add(thing.equals(known) ? known : thing); // what is read of it is kept with the object
        }
        things.sort(Comparator.comparing(Thing::title).thenComparing(Thing::id));
        listed = things;
        problems = found.problems();
        ownNetworks = found.ownNetworks();
        tell();
    }

    private void tell() {
        Snapshot old = seen.snapshot();
        var next = new Snapshot(leaving.over(listed), problems, ownNetworks);
        if (old == null || !old.equals(next) || !seen.problem().isEmpty()) {
            become(new Seen(next.equals(old) ? old : next, ""));
        }
    }

    private void failed(@Nullable String problem) {
        become(new Seen(seen.snapshot(), problem == null ? "failed" : problem));
    }

    private void become(Seen next) {
        if (!next.equals(seen) && !closed) {
            seen = next;
            observers.forEach(Runnable::run);
        }
    }

    @Override
    public void close() {
        closed = true;
        loop.close();
        events.close();
        api.close();
    }
}
