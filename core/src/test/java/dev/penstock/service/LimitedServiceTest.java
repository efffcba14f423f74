package dev.penstock.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.balancer.Balancers;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.BreakerSettings.Scope;
import dev.penstock.limit.CircuitBreaker.Phase;
import dev.penstock.limit.Limits;
import dev.penstock.load.Outcome;
import dev.penstock.observe.Event;
import dev.penstock.request.Attempts;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitedServiceTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 80);
    private static final Endpoint C = Endpoint.of("10.0.0.3", 80);

    private final Stage stage = new Stage();
    private final List<Decision> decided = new ArrayList<>();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void F18_acquire_atTheLimit_refusesAsOverloaded_neverWaits() {
        limits(Limits.defaults().withRequests(2));
        stage.set(A);
        Lease first = stage.lease();
        stage.lease();

        assertThat(stage.refusal()).isEqualTo(Reason.OVERLOADED);
        assertThat(stage.service.limits().refused()).isEqualTo(1);
        first.complete(Outcome.SUCCESS);

        assertThat(stage.service.acquire(Stage.REQUEST)).isInstanceOf(Lease.class);
        assertThat(stage.service.limits().inFlight()).isEqualTo(2);
    }

    @Test
    void F17_await_getsTheFreedPlaceInItsTurn() {
        limits(Limits.defaults().withPerEndpoint(1));
        stage.set(A);
        Lease running = stage.lease();
        await();
        await();
        assertThat(decided).isEmpty();
        assertThat(stage.service.limits().waiting()).isEqualTo(2);

        running.complete(Outcome.SUCCESS);

        assertThat(decided).hasSize(1);
        assertThat(stage.member(A.id()).load().inFlight()).isEqualTo(1);
        assertThat(stage.refusal()).isEqualTo(Reason.OVERLOADED); // nobody passes the one that waits
        ((Lease) decided.get(0)).complete(Outcome.SUCCESS);
        assertThat(decided).hasSize(2);
        ((Lease) decided.get(1)).complete(Outcome.SUCCESS);

        idle();
    }

    @Test
    void F17_limitOfEachEndpointRaised_thoseWhoWaitMoveUpAtOnce() {
        limits(Limits.defaults().withPerEndpoint(1));
        stage.set(A);
        stage.lease();
        await();
        await();
        await();
        assertThat(decided).isEmpty();

        limits(Limits.defaults().withPerEndpoint(3));
        assertThat(decided).hasSize(2);

        limits(Limits.defaults());
        assertThat(decided).hasSize(3);
    }

    /** A rule that insists on a full endpoint is overruled, but not to the worse of the request. */
    @Test
    void F17_ruleThatInsistsOnAFullEndpoint_anUntriedOneWithRoomIsTaken() {
        stage.rule = (candidates, context) -> request -> candidates.eligible().get(0);
        limits(Limits.defaults().withPerEndpoint(1));
        stage.set(A, B, C);
        stage.lease();
        var tried = new Attempts();
        tried.add(B.id());

        var lease = (Lease) stage.service.acquire(PlainRequest.get("http://a/").withTried(tried));

        assertThat(lease.endpoint()).isEqualTo(C);
    }

    /** The limit that adapts changes by itself, on the threads of requests; that must not undo what a person sets. */
    @Test
    void adaptiveLimitTurnedOff_whileItChanges_isOff() {
        var hook = new AtomicReference<Runnable>(() -> {});
        var time = stage.time;
        Ticker ticker = () -> {
            hook.getAndSet(() -> {}).run();
            return time.nanos();
        };
        var context =
                new ServiceContext(ticker, time, Randomness.system(), stage, event -> {}, new HealthTools(null, time));
        ServiceSpec spec = ServiceSpec.of("adaptive");
        Limits adaptive = Limits.defaults().withAdaptive(true);
        try (var service = Service.start(spec.withLimits(adaptive), Balancers::roundRobin, stage.source, context)) {
            stage.set(A);
            while (service.limits().inFlight() < service.limits().limit() - 1) {
                service.acquire(Stage.REQUEST); // so that the limit is used
            }
            for (int i = 1; i <= 100; i++) {
                var lease = (Lease) service.acquire(Stage.REQUEST);
                time.advance(Duration.ofMillis(10));
                lease.firstByte();
                if (i == 100) { // the window is full: its limit doubles
                    hook.set(() -> service.update(spec, null, null));
                }
                lease.complete(Outcome.SUCCESS);
            }
            assertThat(service.limits().limit()).isEqualTo(Limits.DEFAULT_REQUESTS);
        }
    }

    @Test
    void F17_await_longerThanAllowed_isRefused() {
        limits(Limits.defaults().withPerEndpoint(1).withQueue(10, Duration.ofMillis(500)));
        stage.set(A);
        Lease running = stage.lease();
        await();

        stage.time.advance(Duration.ofMillis(499));
        assertThat(decided).isEmpty();
        stage.time.advance(Duration.ofMillis(1));

        assertThat(((Refusal) decided.get(0)).reason()).isEqualTo(Reason.OVERLOADED);
        assertThat(stage.service.limits().expired()).isEqualTo(1);
        running.complete(Outcome.SUCCESS);
        idle();
    }

    @Test
    void await_withALineAsLongAsItMayBe_isNone() {
        limits(Limits.defaults().withRequests(1).withQueue(1, Duration.ofSeconds(1)));
        stage.set(A);
        stage.lease();
        await();

        assertThat(stage.service.await(Stage.REQUEST, stage.time, decided::add)).isNull();
    }

    @Test
    void await_cancelled_leavesTheLine_andIsToldNothing() {
        limits(Limits.defaults().withRequests(1));
        stage.set(A);
        Lease running = stage.lease();
        Waiting first = await();
        await();

        first.cancel();
        assertThat(stage.service.limits().waiting()).isEqualTo(1);
        running.complete(Outcome.SUCCESS);
        assertThat(decided).hasSize(1);
        ((Lease) decided.get(0)).close();

        idle();
    }

    @Test
    void await_cancelledWhileItIsBeingLetIn_givesThePlaceBack() {
        limits(Limits.defaults().withRequests(1));
        stage.set(A);
        Lease running = stage.lease();
        List<Runnable> loop = new ArrayList<>();
        Waiting waiting = requireNonNull(stage.service.await(Stage.REQUEST, loop::add, decided::add));
        running.complete(Outcome.SUCCESS);
        assertThat(loop).hasSize(1);

        waiting.cancel();
        loop.get(0).run();

        assertThat(decided).isEmpty();
        idle();
    }

    @Test
    void await_whatFreedUpMeanwhile_isTakenAtOnce() {
        limits(Limits.defaults().withRequests(1));
        stage.set(A);

        await();

        assertThat(decided).hasSize(1);
    }

    @Test
    void F17_pick_ofAFullEndpoint_goesOnToAnother_andOnlyIfAllAreFullRefuses() {
        limits(Limits.defaults().withPerEndpoint(2));
        stage.set(A, B);
        List<String> taken = Stream.generate(stage::lease)
                .limit(4)
                .map(lease -> lease.endpoint().id())
                .sorted()
                .toList();

        assertThat(taken).containsExactly(A.id(), A.id(), B.id(), B.id());
        assertThat(stage.refusal()).isEqualTo(Reason.OVERLOADED);
    }

    @Test
    void pick_onlyATriedEndpointHasRoom_waitsForTheOther() {
        stage.rule = BalancerRegistry.defaults().balancer("round_robin");
        limits(Limits.defaults().withPerEndpoint(1));
        stage.set(A, B);
        Lease a = stage.lease();
        Lease b = stage.lease();
        a.complete(Outcome.CONNECT_FAILED);
        var tried = new Attempts();
        tried.add(a.endpoint().id());
        Request again = PlainRequest.get("http://www.example.com/").withTried(tried);

        assertThat(((Refusal) stage.service.acquire(again)).reason()).isEqualTo(Reason.OVERLOADED);
        stage.service.await(again, stage.time, decided::add);
        b.complete(Outcome.SUCCESS);

        assertThat(((Lease) decided.get(0)).endpoint()).isEqualTo(b.endpoint());
    }

    @Test
    void await_anEndpointThatIsAdded_takesThoseWhoWait() {
        limits(Limits.defaults().withPerEndpoint(1));
        stage.set(A);
        stage.lease();
        await();
        await();
        stage.time.advance(Duration.ofSeconds(1));

        stage.set(A, B);

        assertThat(decided).hasSize(1);
        assertThat(((Lease) decided.get(0)).endpoint()).isEqualTo(B);
    }

    @Test
    void await_endpointsThatAreGone_areToldToAllWhoWait() {
        limits(Limits.defaults().withPerEndpoint(1));
        stage.set(A);
        stage.lease();
        await();
        await();
        stage.time.advance(Duration.ofSeconds(1));

        stage.set();

        assertThat(reasons()).containsExactly(Reason.NO_ENDPOINTS, Reason.NO_ENDPOINTS);
    }

    @Test
    void close_tellsAllWhoWait() {
        limits(Limits.defaults().withRequests(1));
        stage.set(A);
        Lease running = stage.lease();
        await();
        await();

        stage.close();

        assertThat(reasons()).containsExactly(Reason.CLOSED, Reason.CLOSED);
        running.complete(Outcome.SUCCESS);
        idle();
    }

    @Test
    void update_ofTheLimit_letsThoseInWhoWait() {
        limits(Limits.defaults().withRequests(1));
        stage.set(A);
        stage.lease();
        await();
        await();

        limits(Limits.defaults().withRequests(2));

        assertThat(decided).hasSize(1);
    }

    @Test
    void F10_serviceBreaker_openRefusesAtOnce_thenOneTrial() {
        limits(Limits.defaults().withBreaker(BreakerSettings.defaults()));
        stage.set(A, B);
        end(20, Outcome.ERROR_ANSWER);
        assertThat(stage.refusal()).isEqualTo(Reason.CIRCUIT_OPEN);
        assertThat(stage.events)
                .contains(new Event.CircuitChanged(stage.service.spec().name(), "", true));
        stage.time.advance(Duration.ofSeconds(10));

        Lease trial = stage.lease();
        assertThat(stage.refusal()).isEqualTo(Reason.CIRCUIT_OPEN);
        assertThat(stage.service.limits().circuit()).isEqualTo(Phase.TRYING);
        trial.complete(Outcome.SUCCESS);

        stage.lease();
        assertThat(stage.service.limits().circuit()).isEqualTo(Phase.CLOSED);
        assertThat(stage.service.limits().stopped()).isEqualTo(2);
        assertThat(stage.events)
                .contains(new Event.CircuitChanged(stage.service.spec().name(), "", false));
    }

    @Test
    void F10_trialOfAClientThatLeft_isHandedToTheNext() {
        limits(Limits.defaults().withBreaker(BreakerSettings.defaults()));
        stage.set(A);
        end(20, Outcome.TIMED_OUT);
        stage.time.advance(Duration.ofSeconds(10));

        stage.lease().complete(Outcome.CANCELLED);

        stage.lease().complete(Outcome.SUCCESS);
        assertThat(stage.service.limits().circuit()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void F10_endpointBreaker_sendsAllToTheOthers() {
        limits(Limits.defaults().withBreaker(BreakerSettings.defaults().withScope(Scope.ENDPOINT)));
        stage.set(A, B);
        for (int i = 0; i < 60; i++) {
            Lease lease = stage.lease();
            lease.complete(lease.endpoint().equals(A) ? Outcome.ERROR_ANSWER : Outcome.SUCCESS);
        }
        assertThat(stage.member(A.id()).circuit()).isEqualTo(Phase.OPEN);
        assertThat(stage.member(B.id()).circuit()).isEqualTo(Phase.CLOSED);
        long before = stage.member(A.id()).load().started();

        end(20, Outcome.SUCCESS);
        assertThat(stage.member(A.id()).load().started()).isEqualTo(before);
        end(60, Outcome.BROKEN);

        assertThat(stage.refusal()).isEqualTo(Reason.CIRCUIT_OPEN);
        assertThat(stage.service.limits().inFlight()).isZero();
    }

    @Test
    void preview_saysWhatTheLimitsWouldSay_andChangesNothing() {
        limits(Limits.defaults().withPerEndpoint(1).withBreaker(BreakerSettings.defaults()));
        stage.set(A, B);
        Lease a = stage.lease();
        assertThat(stage.service.preview(Stage.REQUEST).picked()).isNotNull().isNotEqualTo(a.endpoint());
        stage.lease();

        assertThat(requireNonNull(stage.service.preview(Stage.REQUEST).refusal())
                        .reason())
                .isEqualTo(Reason.OVERLOADED);
        assertThat(stage.service.limits().refused()).isZero();
        a.complete(Outcome.SUCCESS);
        assertThat(stage.service.preview(Stage.REQUEST).picked()).isEqualTo(a.endpoint());
    }

    private void limits(Limits limits) {
        ServiceSpec next = stage.service.spec().withLimits(limits);
        stage.service.update(next, null, null);
    }

    private Waiting await() {
        return requireNonNull(stage.service.await(Stage.REQUEST, stage.time, decided::add));
    }

    private void end(int times, Outcome outcome) {
        for (int i = 0; i < times; i++) {
            if (stage.service.acquire(Stage.REQUEST) instanceof Lease lease) {
                lease.complete(outcome);
            }
        }
    }

    private List<Reason> reasons() {
        return decided.stream().map(decision -> ((Refusal) decision).reason()).toList();
    }

    private void idle() {
        assertThat(stage.service.limits().waiting()).isZero();
        assertThat(stage.service.limits().inFlight()).isZero();
    }
}
