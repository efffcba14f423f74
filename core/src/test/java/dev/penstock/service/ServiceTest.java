package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.discovery.ServiceState;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.EndpointSet;
import dev.penstock.endpoint.Phase;
import dev.penstock.load.Load;
import dev.penstock.load.Outcome;
import dev.penstock.observe.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 80);
    private static final Endpoint C = Endpoint.of("10.0.0.3", 80);

    private final Stage stage = new Stage();

    @Test
    void acquire_beforeTheFirstAnswer_isNotReady() {
        assertThat(stage.refusal()).isEqualTo(Reason.NOT_READY);

        stage.source.tell(new ServiceState.Failed("labels: refused", 0));

        assertThat(stage.service.acquire(Stage.REQUEST))
                .isEqualTo(new Refusal(
                        Reason.NOT_READY, "service \"orders\": its endpoints are not known: labels: refused"));
        assertThat(stage.service.firstAnswer().toCompletableFuture()).isCompleted();
    }

    @Test
    void B13_emptyThenAdded_refusesThenServesAtOnce() {
        stage.source.tell(new ServiceState.Absent(0));
        assertThat(stage.refusal()).isEqualTo(Reason.NO_ENDPOINTS);
        stage.time.advance(Duration.ofSeconds(1));

        stage.set(A);

        assertThat(stage.lease().endpoint()).isEqualTo(A);
    }

    @Test
    void sourceThatFailsAfterItSaidNone_isNotTakenForOneThatNeverAnswered() {
        stage.source.tell(new ServiceState.Absent(0));
        stage.time.advance(Duration.ofSeconds(1));

        stage.source.tell(new ServiceState.Stale(
                new EndpointSet(stage.service.spec().name(), List.of(), "test", 1), "refused", 0));

        assertThat(stage.refusal()).isEqualTo(Reason.NO_ENDPOINTS);
    }

    @Test
    @SuppressWarnings("NullAway") // a caller without its checks
    void complete_withoutAnOutcome_leavesTheLeaseToBeClosed() {
        stage.set(A);
        Lease lease = stage.lease();

        assertThatNullPointerException().isThrownBy(() -> lease.complete(null));
        lease.close();

        assertThat(stage.member(A.id()).load().inFlight()).isZero();
    }

    @Test
    void B14_addingAndRemoving_keepsTheOrderOfTheOthers() {
        stage.set(A, B, C);
        stage.set(A, C);
        assertThat(ids()).containsExactly(A.id(), C.id());
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(C, B, A);
        assertThat(ids()).containsExactly(A.id(), B.id(), C.id());
    }

    private List<String> ids() {
        return stage.service.snapshot().members().stream()
                .map(member -> member.endpoint().id())
                .toList();
    }

    @Test
    void exclusion_ofWeightPhaseAndHost_saysWhy() {
        Endpoint unknown = Endpoint.of("nowhere.internal", 80);
        stage.set(A.withWeight(0), B.withPhase(Phase.DRAINING), C.withPhase(Phase.STARTING), unknown);

        assertThat(stage.member(A.id()).excluded()).isEqualTo("weight 0");
        assertThat(stage.member(B.id()).excluded()).isEqualTo("phase DRAINING");
        assertThat(stage.member(C.id()).excluded()).isEqualTo("phase STARTING");
        assertThat(stage.member(unknown.id()).excluded()).isEqualTo("host nowhere.internal: unknown host");
        assertThat(stage.refusal()).isEqualTo(Reason.NO_ENDPOINTS);
        assertThat(stage.service.snapshot().eligible()).isEmpty();
        assertThat(stage.overs).isZero();
    }

    @Test
    void counters_ofAnEndpointThatStays_areKept() {
        stage.set(A);
        stage.lease();
        stage.lease().complete(Outcome.BROKEN);
        Load before = stage.member(A.id()).load();
        stage.time.advance(Duration.ofSeconds(1));

        stage.set(A.withWeight(7).withMetadata(Map.of("k", "v")), B);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(A.withPhase(Phase.DRAINING), B);
        stage.set(A.withWeight(3), B);
        stage.time.advance(Duration.ofSeconds(1));

        Load after = stage.member(A.id()).load();
        assertThat(after).isSameAs(before);
        assertThat(after.inFlight()).isEqualTo(1);
        assertThat(after.started()).isEqualTo(2);
        assertThat(after.failed()).isEqualTo(1);
        assertThat(stage.service.snapshot().eligible().get(0).weight()).isEqualTo(3);
    }

    @Test
    void counters_underAnotherAddress_beginAnew() {
        stage.set(A);
        Lease old = stage.lease();
        var moved = new Endpoint(A.id(), "10.0.0.9", 80, 1, 0, A.zone(), A.phase(), Map.of());
        stage.time.advance(Duration.ofSeconds(1));

        stage.set(moved);

        assertThat(stage.member(A.id()).load().inFlight()).isZero();
        assertThat(stage.lease().address().getAddress().getHostAddress()).isEqualTo("10.0.0.9");
        assertThat(old.address().getAddress().getHostAddress()).isEqualTo("10.0.0.1");
    }

    @Test
    void address_thatAnEndpointLeaves_isNotPickedAnyMore() {
        stage.set(A, B);
        stage.set(new Endpoint(A.id(), "10.0.0.9", 80, 1, 0, A.zone(), A.phase(), Map.of()), B);

        for (int i = 0; i < 10; i++) {
            assertThat(stage.lease().address().getAddress().getHostAddress()).isIn("10.0.0.9", "10.0.0.2");
        }
    }

    @Test
    void F14_leaseOfARemovedEndpoint_goesOnAndNoNewOneComes() {
        stage.set(A);
        Lease running = stage.lease();
        stage.set(B);

        for (int i = 0; i < 10; i++) {
            assertThat(stage.lease().endpoint()).isEqualTo(B);
        }
        assertThat(running.endpoint()).isEqualTo(A);
        running.firstByte();
        running.complete(Outcome.SUCCESS);
        assertThat(stage.service.plugInFaults()).isZero();
    }

    @Test
    void attachment_ofARemovedEndpoint_isClosedWithItsLastLease() {
        var closed = new int[1];
        var key = new Attachment<AutoCloseable>(endpoint -> () -> closed[0]++);
        stage.set(A);
        Lease first = stage.lease();
        Lease second = stage.lease();
        assertThat(first.attachment(key)).isSameAs(second.attachment(key));
        stage.set(B);
        assertThat(closed[0]).isZero();
        first.complete(Outcome.SUCCESS);
        assertThat(closed[0]).isZero();

        second.close();

        assertThat(closed[0]).isEqualTo(1);
    }

    @Test
    void attachment_whenTheServiceCloses_isClosedOnceUnused() {
        var closed = new int[1];
        var key = new Attachment<AutoCloseable>(endpoint -> () -> closed[0]++);
        stage.set(A, B);
        Lease one = stage.lease();
        Lease other = stage.lease();
        one.attachment(key);
        other.attachment(key);
        one.complete(Outcome.SUCCESS);

        stage.service.close();

        assertThat(closed[0]).isEqualTo(1);
        assertThat(stage.refusal()).isEqualTo(Reason.CLOSED);
        other.complete(Outcome.SUCCESS);
        assertThat(closed[0]).isEqualTo(2);
        assertThat(stage.source.closed).isTrue();
    }

    @Test
    void attachment_thatThrowsWhenClosed_harmsNobody() {
        var closed = new int[1];
        var broken = new Attachment<AutoCloseable>(endpoint -> () -> {
            throw new NoClassDefFoundError("pool/Connection");
        });
        var key = new Attachment<AutoCloseable>(endpoint -> () -> closed[0]++);
        stage.set(A);
        Lease lease = stage.lease();
        lease.attachment(broken);
        lease.attachment(key);
        stage.set(B);

        lease.complete(Outcome.SUCCESS);

        assertThat(closed[0]).isEqualTo(1);
    }

    @Test
    void watch_thatThrowsWhenClosed_harmsNobody() {
        stage.source.closing = () -> {
            throw new NoClassDefFoundError("client/Api");
        };
        stage.set(A);
        var next = new Stage.Source();
        next.tell(Stage.ready(B));

        stage.service.update(stage.service.spec(), null, next);

        assertThat(stage.lease().endpoint()).isEqualTo(B);
        assertThat(stage.service.plugInFaults()).isEqualTo(1);
        next.closing = stage.source.closing;
        stage.service.close();
        assertThat(stage.service.ended().toCompletableFuture()).isCompleted();
    }

    @Test
    void lease_completedTwice_countsOnce() {
        stage.set(A);
        Lease lease = stage.lease();
        stage.time.advance(Duration.ofMillis(5));
        lease.firstByte();
        lease.complete(Outcome.TIMED_OUT);
        lease.complete(Outcome.BROKEN);
        lease.close();
        lease.firstByte();

        Load load = stage.member(A.id()).load();
        assertThat(load.inFlight()).isZero();
        assertThat(load.failed()).isEqualTo(1);
        assertThat(load.answered()).isEqualTo(1);
        assertThat(load.waitedNanos()).isEqualTo(5_000_000);
    }

    @Test
    void changes_inABurst_areMadeOneSnapshot() {
        stage.set(A);
        for (int weight = 2; weight <= 20; weight++) {
            stage.set(A.withWeight(weight));
        }
        assertThat(stage.overs).isEqualTo(1);

        stage.time.advance(Duration.ofMillis(100));

        assertThat(stage.overs).isEqualTo(2);
        assertThat(stage.service.snapshot().eligible().get(0).weight()).isEqualTo(20);
        stage.time.advance(Duration.ofSeconds(10));
        assertThat(stage.overs).isEqualTo(2);
    }

    @Test
    void removals_inABurst_areLiveAtOnce() {
        stage.set(A, B, C);
        stage.set(A, B);
        assertThat(stage.service.snapshot().eligible()).hasSize(2);
        stage.set(A, B.withWeight(0));
        assertThat(stage.service.snapshot().eligible()).hasSize(1);
    }

    @Test
    void S09_sourceThatFailsLater_keepsTheEndpointsAndSaysSo() {
        stage.set(A);
        var ready = (ServiceState.Ready) stage.service.state();
        stage.source.tell(new ServiceState.Stale(ready.set(), "403", 7));

        assertThat(stage.lease().endpoint()).isEqualTo(A);
        assertThat(stage.service.state()).isEqualTo(new ServiceState.Stale(ready.set(), "403", 7));
        assertThat(stage.events)
                .contains(new Event.SourceChanged(stage.service.spec().name(), "Ready", "Stale", "403"));
    }

    @Test
    void events_tellWhatCameWentAndChanged() {
        stage.set(A, B);
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(B.withWeight(2), C);

        var name = stage.service.spec().name();
        assertThat(stage.events)
                .contains(new Event.EndpointsChanged(name, List.of(A, B), List.of(), List.of()))
                .contains(new Event.EndpointsChanged(name, List.of(C), List.of(A), List.of(B.withWeight(2))));
    }

    @Test
    void update_ofTheSource_keepsEndpointsUntilItAnswers() {
        stage.set(A);
        Load before = stage.member(A.id()).load();
        var other = new Stage.Source();

        var settled = stage.service.update(ServiceSpec.of("orders"), null, other);

        assertThat(stage.source.closed).isTrue();
        assertThat(stage.lease().endpoint()).isEqualTo(A);
        assertThat(settled.toCompletableFuture()).isNotDone();
        other.tell(Stage.ready(A, B));
        stage.time.advance(Duration.ofMillis(100));
        assertThat(settled.toCompletableFuture()).isCompleted();
        assertThat(stage.service.snapshot().eligible()).hasSize(2);
        assertThat(stage.member(A.id()).load()).isSameAs(before);
    }

    @Test
    void updatesFasterThanTasks_eachTakeEffect_whereTheSourceAnswersAtOnce() {
        stage.set(A);
        int before = stage.overs;
        var one = new Stage.Source();
        one.tell(Stage.ready(B));
        var other = new Stage.Source();
        other.tell(Stage.ready(A));

        stage.time.execute(
                () -> { // both are asked for before anything of either is done
                    stage.service.update(stage.service.spec(), null, one);
                    stage.service.update(stage.service.spec(), null, other);
                });

        assertThat(stage.lease().endpoint()).isEqualTo(A);
        assertThat(stage.overs - before).isEqualTo(2);
    }

    @Test
    void update_ofTheRule_takesEffectAtOnce() {
        stage.set(A, B);
        stage.service.update(
                ServiceSpec.of("orders").withBalancer("mine"),
                () -> (candidates, context) -> request -> candidates.eligible().get(1),
                null);
        for (int i = 0; i < 4; i++) {
            assertThat(stage.lease().endpoint()).isEqualTo(B);
        }
    }

    @Test
    void update_ofTimeoutsAlone_touchesNoSnapshot() {
        stage.set(A);
        Snapshot before = stage.service.snapshot();
        var next = ServiceSpec.of("orders")
                .withTimeouts(UpstreamTimeouts.defaults().withConnect(Duration.ofSeconds(9)));

        stage.service.update(next, null, null);

        assertThat(stage.service.spec()).isEqualTo(next);
        assertThat(stage.service.snapshot()).isSameAs(before);
    }
}
