package dev.penstock.service;

import static java.util.Objects.requireNonNull;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidate;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.ServiceState;
import dev.penstock.request.Request;
import dev.penstock.request.Tried;
import dev.penstock.retry.Failure;
import dev.penstock.retry.Retries;
import dev.penstock.retry.RetryRules;
import dev.penstock.shadow.ShadowReport;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A service at run time: gives each request an endpoint. Thread-safe.
 *
 * <p>Requests read one immutable {@link Snapshot} and take no lock; the control path, one serial executor per service,
 * makes a new one when something changed and publishes it by one volatile write.
 */
public final class Service implements AutoCloseable {
    private static final VarHandle SNAPSHOT;

    static {
        try {
            SNAPSHOT = MethodHandles.lookup().findVarHandle(Service.class, "snapshot", Snapshot.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Answers answers = new Answers();
    private final Admission admission;
    private final FallbackSwitch fallbackSwitch;
    private final ServiceControl control;
    private final Forecast forecast;
    private final Definition definition;
    private final Shadows shadows;
    private final Retries retries;
    private final Snapshot closed;
    private volatile Snapshot snapshot;

    private Service(ServiceSpec spec, ServiceContext context) {
        this.definition = new Definition(spec, context, this);
        this.shadows = new Shadows(context, this);
        String subject = "service \"" + spec.name() + "\"";
        this.closed = Snapshot.refusing(Long.MAX_VALUE, new Refusal(Reason.CLOSED, subject + " is closed"));
        this.snapshot = Snapshot.refusing(0, new Refusal(Reason.NOT_READY, subject + ": no source has answered yet"));
        this.admission = new Admission(spec, context, this);
        this.fallbackSwitch = new FallbackSwitch(this, context.ticker());
        this.control = new ServiceControl(spec.name(), context, this);
        this.forecast = new Forecast(this, admission, control);
        this.retries =
                new Retries(context.ticker(), context.randomness(), new BudgetNews(spec.name(), context.observer()));
    }

    /**
     * Starts a service. Its endpoints come a moment later, see {@link #firstAnswer()}.
     *
     * @param spec what it is
     * @param balancer makes its rule; called on its control path, where it may block or throw
     * @param source feeds it
     * @param context what it shares with other services
     * @return to be closed by the caller
     * @throws IllegalArgumentException if it asks for health checks and the context has no prober, or for a shadow
     */
    public static Service start(
            ServiceSpec spec, Supplier<Balancer> balancer, ServiceSource source, ServiceContext context) {
        return start(spec, balancer, null, source, context);
    }

    /**
     * Starts a service that may have a shadow.
     *
     * @param spec what it is
     * @param balancer makes its rule; called on its control path, where it may block or throw
     * @param shadow makes the rule of its shadow, on a thread of its own; null where it has none
     * @param source feeds it
     * @param context what it shares with other services
     * @return to be closed by the caller
     * @throws IllegalArgumentException if it asks for health checks and the context has no prober, or for a shadow that
     *     nothing makes
     */
    public static Service start(
            ServiceSpec spec,
            Supplier<Balancer> balancer,
            @Nullable Supplier<Balancer> shadow,
            ServiceSource source,
            ServiceContext context) {
        context.health().check(spec);
        Definition.checkShadow(spec, shadow);
        var service = new Service(spec, context);
        service.control.judge(spec.judging());
        service.control.balance(spec.balancer(), balancer);
        if (spec.shadow() != null && shadow != null) {
            service.shadows.begin(spec.shadow(), shadow);
        }
        service.control.follow(source);
        return service;
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
     * Tells whether another attempt at a request that has failed may go somewhere where it is worth it, see {@link
     * RetryRules#isWorthwhile}. Changes nothing, so that a retry that nobody could take is not granted.
     *
     * @param tried where the request was
     * @param last how its last attempt failed
     * @param unreached addresses that were not reached for it
     * @return false where {@link #acquire} would give what is of no use now, or nothing
     */
    public boolean offersAnother(Tried tried, Failure last, Collection<InetSocketAddress> unreached) {
        for (Candidate candidate : snapshot.eligible()) {
            boolean again = tried.contains(candidate.endpoint().id());
            boolean outOfReach = again && candidate instanceof LiveCandidate live && unreached.contains(live.address());
            if (RetryRules.isWorthwhile(last, again, outOfReach)) {
                return true;
            }
        }
        return false;
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

    /** {@return whether its requests go past it to its fallback; the same as long as the service lives} */
    public FallbackSwitch fallbackSwitch() {
        return fallbackSwitch;
    }

    /** {@return how its limits do at this moment} */
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
        return forecast.preview(request);
    }

    /**
     * Finds out how it would come to that, and what would follow; changes nothing. Cost: that of three new pickers.
     *
     * @param request what might be sent
     * @return what the rule looks at, and the attempts that would follow
     */
    public Outlook outlook(Request request) {
        return forecast.outlook(request);
    }

    /** {@return the definition now, which changes with {@link #update}} */
    public ServiceSpec spec() {
        return definition.spec();
    }

    /** {@return the retries of its requests, asked by whoever sends them; the same as long as the service lives} */
    public Retries retries() {
        return retries;
    }

    /** {@return what became of its requests, told by whoever sends them; the same as long as the service lives} */
    public Answers answers() {
        return answers;
    }

    /** {@return what the service knew and decided when something changed last} */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** {@return what its source says now: {@link ServiceState.Pending} until the first answer} */
    public ServiceState state() {
        return control.source().state();
    }

    /** {@return when {@link #state()} became of its kind, a reading of the ticker} */
    public long stateSinceNanos() {
        return control.source().stateSinceNanos();
    }

    /** {@return what its source holds that could not be used, see {@link dev.penstock.discovery.Watch#skipped()}} */
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

    /** {@return how often plug-ins, its balancer and its source, have failed since the start} */
    public long plugInFaults() {
        return control.calls().faults();
    }

    /**
     * Changes the definition in place: counters and connections of the endpoints that stay are kept.
     *
     * @param next the new definition, of the same name; its shadow that of the old one, or none
     * @param balancer makes the new rule; null if it stays
     * @param source feeds it from now on; null if it stays. Until it has answered, the endpoints stay as they are
     * @return completed once both are in effect; never exceptionally
     */
    public CompletionStage<Void> update(
            ServiceSpec next, @Nullable Supplier<Balancer> balancer, @Nullable ServiceSource source) {
        return definition.change(next, balancer, source);
    }

    /**
     * Changes the definition in place by what is different. A shadow that was promoted stays the rule as long as the
     * definition says of both rules what it said then.
     *
     * @param defined the new definition, of the same name
     * @param balancers makes the rules that texts say
     * @param source feeds it from now on, if its endpoints or sources differ
     * @return completed once it is in effect; never exceptionally
     */
    public CompletionStage<Void> define(
            ServiceSpec defined, Function<String, Balancer> balancers, ServiceSource source) {
        return definition.define(defined, balancers, source);
    }

    /** {@return how the rule beside its own does; empty where it has none} */
    public Optional<ShadowReport> shadow() {
        return Optional.ofNullable(shadows.report());
    }

    /**
     * Makes the rule beside its own the one that it goes by, and has none beside it any more. Counters, health, ejections and
     * the age of endpoints are kept. Of a service in a Penstock that stays so until the definition says something else of
     * either rule.
     *
     * @return completed once it is in effect; never exceptionally
     * @throws IllegalStateException if it has no shadow, or one that has failed
     */
    public CompletionStage<Void> promoteShadow() {
        return definition.promoteShadow();
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
        if (snapshot.member(endpointId) == null) {
            throw new IllegalArgumentException(
                    "endpoint: \"" + endpointId + "\" (expected: one of service \"" + spec().name() + "\")");
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

    Shadows shadows() {
        return shadows;
    }

    ServiceControl control() {
        return control;
    }

    Admission admission() {
        return admission;
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
            shadows.end();
            control.close();
        }
    }

    @Override
    public String toString() {
        return "service " + spec().name();
    }
}
