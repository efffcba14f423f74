package dev.penstock.service;

import static java.util.Objects.requireNonNull;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidate;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.ServiceState;
import dev.penstock.observe.Event;
import dev.penstock.request.Request;
import dev.penstock.retry.Retries;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service at run time: gives each request an endpoint. Thread-safe.
 *
 * <p>Requests read one immutable {@link Snapshot} and take no lock; the control path, one serial executor per service,
 * makes a new one when something changed and publishes it by one volatile write.
 */
public final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final VarHandle SNAPSHOT;

    static {
        try {
            SNAPSHOT = MethodHandles.lookup().findVarHandle(Service.class, "snapshot", Snapshot.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ServiceContext context;
    private final Admission admission;
    private final FallbackSwitch fallbackSwitch;
    private final ServiceControl control;
    private final Retries retries;
    private final Snapshot closed;
    private volatile Snapshot snapshot;
    private volatile ServiceSpec spec;

    private Service(ServiceSpec spec, ServiceContext context) {
        this.spec = spec;
        this.context = context;
        var refusal = new Refusal(Reason.CLOSED, "service \"" + spec.name() + "\" is closed");
        this.closed = new Snapshot(Long.MAX_VALUE, List.of(), null, null, refusal, false);
        var notReady = new Refusal(Reason.NOT_READY, "service \"" + spec.name() + "\": no source has answered yet");
        this.snapshot = new Snapshot(0, List.of(), null, null, notReady, false);
        this.admission = new Admission(spec, context, this);
        this.fallbackSwitch = new FallbackSwitch(this, context.ticker());
        this.control = new ServiceControl(spec.name(), context, this);
        this.retries = new Retries(context.ticker(), context.randomness(), this::budget);
    }

    /**
     * Starts a service. Its endpoints come a moment later, see {@link #firstAnswer()}.
     *
     * @param spec what it is
     * @param balancer makes its rule; called on its control path, where it may block or throw
     * @param source feeds it
     * @param context what it shares with other services
     * @return to be closed by the caller
     * @throws IllegalArgumentException if it asks for health checks and the context has no prober
     */
    public static Service start(
            ServiceSpec spec, Supplier<Balancer> balancer, ServiceSource source, ServiceContext context) {
        checkProber(spec, context);
        var service = new Service(spec, context);
        service.control.judge(spec.health());
        service.control.balance(spec.balancer(), balancer);
        service.control.follow(source);
        return service;
    }

    private static void checkProber(ServiceSpec spec, ServiceContext context) {
        if (spec.health().check() != null && context.health().prober() == null) {
            throw new IllegalArgumentException("health check of service \"" + spec.name()
                    + "\": nothing can do it (expected: a prober, or no check)");
        }
    }

    /**
     * Gives a request an endpoint. Takes no lock and never waits.
     *
     * @param request what is to be sent
     * @return a lease that counts as in flight from now on, or why there is none
     */
    public Decision acquire(Request request) {
        return admission.acquire(request);
    }

    /**
     * Has a request wait in line for its turn, after {@link #acquire} refused it as {@link Reason#OVERLOADED}: first come,
     * first served.
     *
     * @param request what is to be sent; read on the executor's thread
     * @param executor where {@code later} is called, one thread; this method and {@link Waiting#cancel} are called there, too
     * @param later given the decision, once, unless it is cancelled before
     * @return the way to leave the line; null where as many wait as may, and {@code later} is not called
     */
    public @Nullable Waiting await(Request request, Executor executor, Consumer<? super Decision> later) {
        return admission.await(request, executor, later);
    }

    /**
     * Whether its requests go past it to its fallback, see {@link ServiceSpec#fallback()}.
     *
     * @return the same as long as the service lives
     */
    public FallbackSwitch fallbackSwitch() {
        return fallbackSwitch;
    }

    /**
     * How its limits do.
     *
     * @return at this moment
     */
    public LimitStatus limits() {
        return admission.status();
    }

    /**
     * Finds out what {@link #acquire} would give now; changes nothing: what the balancer does wrong is said in the refusal,
     * not counted and not told. Cost: that of a new picker.
     *
     * @param request what might be sent
     * @return the endpoint or the refusal
     */
    public Preview preview(Request request) {
        Snapshot seen = snapshot;
        Snapshot.Making making = seen.making();
        if (making == null || seen.picker() == null) {
            return new Preview(seen, null, seen.refusal());
        }
        Refusal stopped = admission.foreseen();
        if (stopped != null) {
            return new Preview(seen, null, stopped);
        }
        try {
            Candidate picked = control.pickOnCopies(making, request);
            if (picked instanceof LiveCandidate live && live.belongsTo(this) && !admission.takes(live)) {
                Detour detour = admission.detour(seen, request);
                if (detour.refusal() != null) {
                    return new Preview(seen, null, detour.refusal());
                }
                picked = control.pickOnCopies(making, detour.request());
            }
            if (picked instanceof LiveCandidate live && live.belongsTo(this)) {
                return new Preview(seen, live.endpoint(), null);
            }
            return new Preview(seen, null, control.calls().foreseen("pick returned no candidate of the service"));
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            return new Preview(seen, null, control.calls().foreseen("threw " + e));
        }
    }

    /**
     * The definition now.
     *
     * @return changes with {@link #update}
     */
    public ServiceSpec spec() {
        return spec;
    }

    /**
     * The retries of its requests: asked by whoever sends them, see {@link ServiceSpec#retry()} for the settings.
     *
     * @return the same as long as the service lives
     */
    public Retries retries() {
        return retries;
    }

    private void budget(boolean spent) {
        if (spent) {
            LOG.warn("service {}: the retry budget is spent, further failures are passed on", spec.name());
        } else {
            LOG.info("service {}: the retry budget suffices again", spec.name());
        }
        context.observer().on(new Event.RetryBudgetChanged(spec.name(), spent));
    }

    /**
     * What the service knew and decided when something changed last.
     *
     * @return the newest
     */
    public Snapshot snapshot() {
        return snapshot;
    }

    /**
     * What its source says now.
     *
     * @return {@link ServiceState.Pending} until the first answer
     */
    public ServiceState state() {
        return control.source().state();
    }

    /**
     * When {@link #state()} became of its kind.
     *
     * @return a reading of the ticker
     */
    public long stateSinceNanos() {
        return control.source().stateSinceNanos();
    }

    /**
     * What its source holds that could not be used.
     *
     * @return see {@link dev.penstock.discovery.Watch#skipped()}
     */
    public List<String> skipped() {
        return control.source().skipped();
    }

    /**
     * The first answer of its source; acquiring goes by it by then.
     *
     * @return completed with the first state that is not pending, or with {@link #state()} when closed before
     */
    public CompletionStage<ServiceState> firstAnswer() {
        return control.firstAnswer();
    }

    /**
     * Counts what went wrong inside plug-ins: its balancer and its source.
     *
     * @return since the start
     */
    public long plugInFaults() {
        return control.calls().faults();
    }

    /**
     * Changes the definition in place: counters and connections of the endpoints that stay are kept.
     *
     * @param next the new definition, of the same name
     * @param balancer makes the new rule; null if it stays
     * @param source feeds it from now on; null if it stays. Until it has answered, the endpoints stay as they are
     * @return completed once both are in effect; never exceptionally
     */
    public CompletionStage<Void> update(
            ServiceSpec next, @Nullable Supplier<Balancer> balancer, @Nullable ServiceSource source) {
        if (!next.name().equals(spec.name())) {
            throw new IllegalArgumentException(
                    "service name: \"" + next.name() + "\" (expected: \"" + spec.name() + "\")");
        }
        checkProber(next, context);
        if (balancer != null) {
            control.balance(next.balancer(), balancer);
        }
        if (source != null) {
            control.follow(source);
        }
        if (!next.health().equals(spec.health())) {
            control.judge(next.health());
        }
        admission.follow(next.limits());
        spec = next; // last: what the scheduler refuses is still to be changed the next time
        return balancer == null && source == null ? CompletableFuture.completedFuture(null) : control.settled();
    }

    /**
     * What is known of the health of one endpoint now.
     *
     * @param endpointId its id
     * @return of one that is not known: no drain, no check
     */
    public EndpointHealth health(String endpointId) {
        return control.health(endpointId);
    }

    /**
     * Gives an endpoint no new requests; those in flight go on. Kept until it is called off, whatever its source says.
     *
     * @param endpointId its id
     * @return completed when it has no request in flight, when the drain is called off, or when the service is closed;
     *     never exceptionally
     * @throws IllegalArgumentException if the service has no such endpoint
     */
    public CompletionStage<Void> drain(String endpointId) {
        boolean known = snapshot.members().stream()
                .anyMatch(member -> member.endpoint().id().equals(endpointId));
        if (!known) {
            throw new IllegalArgumentException(
                    "endpoint: \"" + endpointId + "\" (expected: one of service \"" + spec.name() + "\")");
        }
        return control.drain(endpointId, true);
    }

    /**
     * Calls off the drain of an endpoint.
     *
     * @param endpointId its id; one that is not drained stays as it is
     */
    public void undrain(String endpointId) {
        control.drain(requireNonNull(endpointId, "endpointId"), false);
    }

    /**
     * Gives no endpoint new requests: all are refused as {@link Reason#DRAINING}; those in flight go on.
     *
     * @return completed when none is in flight, when the drain is called off, or when the service is closed; never
     *     exceptionally
     */
    public CompletionStage<Void> drain() {
        return control.drain(null, true);
    }

    /** Calls off the drain of the service; endpoints drained by themselves stay so. */
    public void undrain() {
        control.drain(null, false);
    }

    /**
     * Completed when what was asked for last is in effect: the source has answered, host names have been looked up, the
     * picker is published.
     *
     * @return never completed exceptionally; completed when the service is closed
     */
    public CompletionStage<Void> settled() {
        return control.settled();
    }

    /**
     * Completed when the service is closed and its watch as well.
     *
     * @return never completed exceptionally
     */
    public CompletionStage<Void> ended() {
        return control.ended();
    }

    /** None of the endpoints could be reached: those ejected are no worse than the others. */
    void relent() {
        control.relent();
    }

    PlugInCalls calls() {
        return control.calls();
    }

    /** Publishes a snapshot in the place of another, unless the service was closed; the control path's alone. */
    boolean publish(Snapshot before, Snapshot next) {
        boolean published = SNAPSHOT.compareAndSet(this, before, next);
        admission.changed();
        return published;
    }

    /**
     * Ends the service: no further lease, those in flight go on. Returns at once; its watch is closed a moment later.
     */
    @Override
    public void close() {
        var last = (Snapshot) SNAPSHOT.getAndSet(this, closed);
        if (last != closed) {
            last.leave();
            admission.close();
            control.close();
        }
    }

    @Override
    public String toString() {
        return "service " + spec.name();
    }
}
