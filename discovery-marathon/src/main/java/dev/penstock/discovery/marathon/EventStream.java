package dev.penstock.discovery.marathon;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Problems;
import dev.penstock.discovery.http.Call;
import dev.penstock.time.Backoff;
import dev.penstock.time.Scheduler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of Marathon's events, opened again when it ends, breaks or is silent. Thread-safe.
 *
 * <p>An event only says that there is something to read; so does a stream that was opened, since nobody repeats what it
 * missed.
 */
final class EventStream implements AutoCloseable {
    /** After these tasks, their health or apps may be different. */
    static final Set<String> CHANGES = Set.of(
            "status_update_event",
            "health_status_changed_event",
            "api_post_event",
            "instance_changed_event",
            "instance_health_changed_event",
            "unknown_instance_terminated_event",
            "app_terminated_event");

    /** After these tasks may be ready that were not, and nothing else tells of it. */
    static final Set<String> DEPLOYMENTS = Set.of("deployment_step_success", "deployment_success", "deployment_failed");

    /** What a stream begins with: from here on it tells everything, while its head was sent a moment before. */
    private static final String ATTACHED = "event_stream_attached";

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final Scheduler.Timer NONE = () -> {};

    private final String name;
    private final MasterHttp http;
    private final DiscoveryContext context;
    private final Duration silence;
    private final Observer observer;
    private final Turns turns;
    private final AtomicLong lastNanos = new AtomicLong();
    private volatile boolean begun;

    // confined to turns
    private boolean started;
    private @Nullable Call<MasterHttp.Bytes> opening;
    private @Nullable EventLines current;
    private int failures;
    private Scheduler.Timer timer = NONE;

    /** Told of what happens. */
    interface Observer {
        /** Something may have changed. */
        void changed();

        /** Whether readiness checks are waited for. */
        boolean awaitsReadiness();
    }

    EventStream(String name, MasterHttp http, DiscoveryContext context, Duration silence, Observer observer) {
        this.name = name;
        this.http = http;
        this.context = context;
        this.silence = silence;
        this.observer = observer;
        turns = new Turns(context.scheduler());
    }

    /** Opens it, and keeps it open; does nothing the second time. */
    void start() {
        turns.run(() -> {
            if (!started) {
                started = true;
                open();
            }
        });
    }

    /** What Marathon is asked for: from 1.3.7 on it sends only these, from 1.5 on without whole plans of deployments. */
    static String target() {
        var target = new StringBuilder("/v2/events?plan-format=light&event_type=" + ATTACHED);
        CHANGES.stream().sorted().forEach(type -> target.append("&event_type=").append(type));
        DEPLOYMENTS.stream()
                .sorted()
                .forEach(type -> target.append("&event_type=").append(type));
        return target.toString();
    }

    private void open() {
        if (turns.isClosed()) {
            return;
        }
        Call<MasterHttp.Bytes> call = http.events(target());
        opening = call;
        CompletionStage<MasterHttp.Bytes> end = call;
        end.whenComplete((stream, problem) -> turns.run(() -> {
            opening = null;
            if (problem == null) {
                follow(stream);
            } else if (!(problem instanceof CancellationException)) {
                again(Problems.of(problem));
            }
        }));
    }

    private void follow(MasterHttp.Bytes stream) {
        lastNanos.set(now());
        begun = false;
        var lines = new EventLines[1];
        lines[0] = new EventLines(
                this::happened,
                () -> lastNanos.set(now()),
                why -> turns.run(() -> ended(lines[0], Problems.line(why))));
        current = lines[0];
        stream.subscribe(lines[0]);
        timer = context.scheduler().schedule(silence, () -> turns.run(this::listen));
        observer.changed(); // what was missed is in the list
    }

    private void happened(String type) {
        boolean matters = matters(type, begun, observer.awaitsReadiness());
        begun = true;
        if (matters && !turns.isClosed()) {
            observer.changed();
        }
    }

    /**
     * Whether there is something to read after an event.
     *
     * @param begun whether another one came before on this stream
     * @param awaitsReadiness whether readiness checks are waited for
     */
    static boolean matters(String type, boolean begun, boolean awaitsReadiness) {
        return CHANGES.contains(type)
                || (!begun && type.equals(ATTACHED))
                || type.equals(EventLines.UNKNOWN)
                || (DEPLOYMENTS.contains(type) && awaitsReadiness);
    }

    /** Looks whether something came since. */
    private void listen() {
        EventLines stream = current;
        if (stream == null) {
            return;
        }
        Duration left = silence.minusNanos(now() - lastNanos.get());
        if (left.isNegative() || left.isZero()) {
            stream.cancel();
            ended(stream, "nothing came for " + silence.toMillis() + " ms");
        } else {
            if (failures > 1) {
                LOG.info("{}: events can be read again", name);
            }
            failures = 0; // only one that lasts is a success
            timer = context.scheduler().schedule(left, () -> turns.run(this::listen));
        }
    }

    @SuppressWarnings("ReferenceEquality") // this very stream, not one of its kind
    private void ended(EventLines stream, String why) {
        if (current != stream) {
            return;
        }
        current = null;
        timer.cancel();
        again(why);
    }

    private void again(String why) {
        if (turns.isClosed()) {
            return;
        }
        failures++;
        if (failures == 2) { // a stream that is back at once is not worth a line
            LOG.warn("{}: events cannot be read: {}; changes are found by polling", name, why);
        } else {
            LOG.debug("{}: events cannot be read: {}", name, why);
        }
        Duration wait = Backoff.defaults().delay(failures, context.randomness());
        timer = context.scheduler().schedule(wait, () -> turns.run(this::open));
    }

    private long now() {
        return context.ticker().nanos();
    }

    @Override
    public void close() {
        turns.run(() -> {
            turns.close();
            timer.cancel();
            if (opening != null) {
                opening.cancel(true);
            }
            if (current != null) {
                current.cancel();
            }
        });
        turns.close();
    }
}
