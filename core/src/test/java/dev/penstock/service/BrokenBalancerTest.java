package dev.penstock.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Candidate;
import dev.penstock.balancer.Picker;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.observe.Event;
import dev.penstock.resolve.HostResolver;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BrokenBalancerTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 80);

    static List<Balancer> broken() {
        var stranger = new Stage();
        stranger.set(A);
        Candidate foreign = stranger.service.snapshot().eligible().get(0);
        return List.of(
                (candidates, context) -> {
                    throw new IllegalStateException("over");
                },
                (candidates, context) -> null,
                (candidates, context) -> request -> {
                    throw new IllegalStateException("pick");
                },
                (candidates, context) -> request -> null,
                (candidates, context) -> request -> foreign,
                (candidates, context) -> request -> {
                    throw new NoClassDefFoundError("gone");
                });
    }

    @ParameterizedTest
    @MethodSource("broken")
    void acquire_whateverABalancerDoesWrong_isRefusedAndTold(Balancer broken) {
        var stage = new Stage();
        stage.rule = broken;
        stage.set(A);

        assertThat(stage.refusal()).isEqualTo(Reason.BALANCER_FAILED);
        assertThat(stage.service.plugInFaults()).isPositive();
        assertThat(stage.events).anyMatch(event -> event instanceof Event.PlugInFailed);
        assertThat(stage.member(A.id()).load().inFlight()).isZero();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void preview_whateverABalancerDoesWrong_isSaidAndNothingElse(Balancer broken) {
        var stage = new Stage();
        stage.rule = broken;
        stage.set(A);
        long before = stage.service.plugInFaults();
        stage.events.clear();

        Refusal refusal = requireNonNull(stage.service.preview(Stage.REQUEST).refusal());

        assertThat(refusal.reason()).isEqualTo(Reason.BALANCER_FAILED);
        assertThat(refusal.detail()).matches("the balancer of service \"orders\" failed(: (pick returned|threw) .+)?");
        assertThat(stage.service.plugInFaults()).isEqualTo(before);
        assertThat(stage.events).isEmpty();
    }

    @Test
    void preview_pickThatThrows_saysWhat() {
        var stage = new Stage();
        stage.rule = (candidates, context) -> request -> {
            throw new IllegalStateException("out of order");
        };
        stage.set(A);
        assertThat(requireNonNull(stage.service.preview(Stage.REQUEST).refusal())
                        .detail())
                .endsWith("failed: threw java.lang.IllegalStateException: out of order");
    }

    @Test
    void acquire_manyFaults_areCountedAndToldNowAndThen() {
        var stage = new Stage();
        stage.rule = (candidates, context) -> request -> null;
        stage.set(A);
        for (int i = 0; i < 1_000; i++) {
            stage.refusal();
        }
        assertThat(stage.service.plugInFaults()).isEqualTo(1_000);
        assertThat(faultsTold(stage)).isEqualTo(1);
        stage.time.advance(Duration.ofSeconds(11));
        stage.refusal();
        assertThat(faultsTold(stage)).isEqualTo(2);
    }

    private static long faultsTold(Stage stage) {
        return stage.events.stream()
                .filter(event -> event instanceof Event.PlugInFailed)
                .count();
    }

    @Test
    void acquire_pickOfAnEndpointThatLeft_isRefused() {
        var stage = new Stage();
        var kept = new Picker[1];
        stage.rule = (candidates, context) -> {
            if (kept[0] == null) {
                Candidate first = candidates.eligible().get(0);
                kept[0] = request -> first;
            }
            return kept[0];
        };
        stage.set(A);
        assertThat(stage.lease().endpoint()).isEqualTo(A);
        stage.set(B);
        assertThat(stage.refusal()).isEqualTo(Reason.BALANCER_FAILED);
    }

    @Test
    void acquire_afterABalancerRecovers_servesAgain() {
        var stage = new Stage();
        Balancer good = stage.rule;
        stage.rule = (candidates, context) -> null;
        stage.set(A);
        assertThat(stage.refusal()).isEqualTo(Reason.BALANCER_FAILED);
        stage.rule = good;
        stage.time.advance(Duration.ofSeconds(1));
        stage.set(A, B);
        assertThat(stage.lease().endpoint().port()).isEqualTo(80);
    }

    @Test
    void balancerThatBlocks_keepsItsLastSnapshotAndHoldsUpNoOtherService() throws Exception {
        var release = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        var told = new CountDownLatch(1);
        try (var threads = ControlThreads.create()) {
            var context =
                    new ServiceContext(Ticker.system(), threads, Randomness.system(), HostResolver.system(), event -> {
                        if (event instanceof Event.PlugInFailed failed
                                && failed.problem().contains("blocks")) {
                            told.countDown();
                        }
                    });
            var source = new Stage.Source();
            Supplier<Balancer> blocking = () -> (candidates, pickerContext) -> {
                if (candidates.eligible().size() > 1) {
                    entered.countDown();
                    awaitQuietly(release);
                }
                return request -> candidates.eligible().get(0);
            };
            var blocked = Service.start(ServiceSpec.of("orders"), blocking, source, context);
            var other = new Stage.Source();
            var free = Service.start(
                    ServiceSpec.of("orders"),
                    () -> (candidates, pickerContext) ->
                            request -> candidates.eligible().get(0),
                    other,
                    context);
            source.tell(Stage.ready(A));
            other.tell(Stage.ready(A));
            blocked.settled().toCompletableFuture().get(10, TimeUnit.SECONDS);
            free.settled().toCompletableFuture().get(10, TimeUnit.SECONDS);

            source.tell(Stage.ready(A, B));
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            other.tell(Stage.ready(B));
            free.settled().toCompletableFuture().get(10, TimeUnit.SECONDS);

            assertThat(((Lease) blocked.acquire(Stage.REQUEST)).endpoint()).isEqualTo(A);
            assertThat(((Lease) free.acquire(Stage.REQUEST)).endpoint()).isEqualTo(B);
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
            blocked.close();
            assertThat(((Refusal) blocked.acquire(Stage.REQUEST)).reason()).isEqualTo(Reason.CLOSED);
            release.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
