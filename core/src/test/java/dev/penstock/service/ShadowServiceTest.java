package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.Balancers;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.Limits;
import dev.penstock.load.Outcome;
import dev.penstock.observe.Event;
import dev.penstock.shadow.ShadowReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShadowServiceTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 80);
    private static final Endpoint C = Endpoint.of("10.0.0.3", 80);

    private final Stage stage = new Stage();
    private final List<String> made = new ArrayList<>();

    private Balancer made(String text) {
        made.add(text);
        return switch (text) {
            case "first" -> Balancers.first();
            case "least" -> Balancers.leastRequests();
            case "broken" ->
                (candidates, context) -> request -> {
                    throw new IllegalStateException("pick");
                };
            default -> throw new IllegalArgumentException(text);
        };
    }

    private void define(ServiceSpec spec) {
        stage.service.define(spec, this::made, stage.source);
    }

    private void shadow(String rule) {
        define(stage.service.spec().withShadow(ShadowSpec.of(rule)));
    }

    private ShadowReport report() {
        return stage.service.shadow().orElseThrow();
    }

    @Test
    void shadow_ofAServiceWithout_isEmpty() {
        stage.set(A, B);
        stage.lease().close();

        assertThat(stage.service.shadow()).isEmpty();
        assertThatThrownBy(stage.service::promoteShadow)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("shadow of service \"orders\": none (expected: one)");
    }

    @Test
    void shadow_seesEachLease_andTouchesNoLiveCounter() {
        stage.set(A, B);
        shadow("first");
        Lease one = stage.lease();
        Lease two = stage.lease();

        assertThat(report().requests()).isEqualTo(2);
        assertThat(report().agreed()).isEqualTo(1); // the live rule goes round
        assertThat(report().endpoints())
                .extracting(share -> share.shadow().inFlight())
                .containsExactly(2, 0);
        assertThat(report().endpoints())
                .extracting(share -> share.live().inFlight())
                .containsExactly(1, 1);
        assertThat(stage.member(A.id()).load().inFlight()).isEqualTo(1);
        assertThat(stage.member(A.id()).load().started()).isEqualTo(1);
        assertThat(stage.member(B.id()).load().inFlight()).isEqualTo(1);
        one.complete(Outcome.SUCCESS);
        one.complete(Outcome.BROKEN); // ends it once
        two.close();
        assertThat(report().endpoints())
                .extracting(share -> share.shadow().inFlight())
                .containsExactly(0, 0);
        assertThat(report().endpoints())
                .extracting(share -> share.live().inFlight())
                .containsExactly(0, 0);
    }

    /** What was really sent counts, also where the live rule insisted on an endpoint without room and was overruled. */
    @Test
    void shadow_ofARuleThatIsOverruled_seesTheLeaseToo() {
        stage.rule = (candidates, context) -> request -> candidates.eligible().get(0);
        define(stage.service.spec().withLimits(Limits.defaults().withPerEndpoint(1)));
        stage.set(A, B);
        shadow("least");
        assertThat(stage.lease().endpoint()).isEqualTo(A);
        Lease overruled = stage.lease();
        assertThat(overruled.endpoint()).isEqualTo(B);

        assertThat(report().requests()).isEqualTo(2);
        assertThat(report().endpoints())
                .extracting(share -> share.live().inFlight())
                .containsExactly(1, 1);
        overruled.complete(Outcome.SUCCESS);
        assertThat(report().endpoints())
                .extracting(share -> share.live().inFlight())
                .containsExactly(1, 0);
    }

    @Test
    void shadow_doesNotChangeThePicksOfTheLiveRule() {
        for (boolean shadowed : new boolean[] {false, true}) {
            var stage = new Stage();
            stage.set(A, B, C);
            long start = stage.lease().endpoint().port(); // the first turn is drawn
            List<Endpoint> before = List.of(
                    stage.lease().endpoint(),
                    stage.lease().endpoint(),
                    stage.lease().endpoint());
            if (shadowed) {
                stage.service.define(stage.service.spec().withShadow(ShadowSpec.of("least")), this::made, stage.source);
            }
            List<Endpoint> after = List.of(
                    stage.lease().endpoint(),
                    stage.lease().endpoint(),
                    stage.lease().endpoint());
            assertThat(start).isEqualTo(80);
            assertThat(after).isEqualTo(before); // round and round
        }
    }

    @Test
    void promote_isTheRuleFromThenOn_andKeepsAllThatIsKnown() {
        stage.judge(HealthSpec.defaults());
        stage.set(A, B, C);
        fail(B, 3);
        assertThat(stage.member(B.id()).excluded()).startsWith("ejected");
        Lease held = stage.lease();
        long started = stage.member(A.id()).load().started();
        long failed = stage.member(B.id()).load().failed();
        shadow("first");
        assertThat(made).containsExactly("first");

        stage.service.promoteShadow();

        assertThat(stage.service.spec().balancer()).isEqualTo("first");
        assertThat(stage.service.spec().shadow()).isNull();
        assertThat(stage.service.shadow()).isEmpty();
        assertThat(made).containsExactly("first"); // not made again
        assertThat(stage.lease().endpoint()).isEqualTo(A);
        assertThat(stage.lease().endpoint()).isEqualTo(A);
        assertThat(stage.member(A.id()).load().started()).isEqualTo(started + 2);
        assertThat(stage.member(B.id()).load().failed()).isEqualTo(failed);
        assertThat(stage.member(B.id()).excluded()).startsWith("ejected");
        held.close();
        assertThat(stage.member(A.id()).load().inFlight()
                        + stage.member(C.id()).load().inFlight())
                .isEqualTo(2);
    }

    private void fail(Endpoint endpoint, int times) {
        for (int left = times; left > 0; ) {
            Lease lease = stage.lease();
            boolean hit = lease.endpoint().equals(endpoint);
            left -= hit ? 1 : 0;
            lease.complete(hit ? Outcome.BROKEN : Outcome.SUCCESS);
        }
        stage.time.advance(Duration.ofSeconds(1));
    }

    @Test
    void promote_staysThroughChangesThatDoNotConcernIt() {
        stage.set(A, B);
        ServiceSpec defined = stage.service.spec().withShadow(ShadowSpec.of("first"));
        define(defined);
        stage.service.promoteShadow();

        define(defined.withAttempts(2)); // another setting of the same service

        assertThat(stage.service.spec().balancer()).isEqualTo("first");
        assertThat(stage.service.spec().retry().attempts()).isEqualTo(2);
        assertThat(stage.service.shadow()).isEmpty();
        assertThat(made).containsExactly("first");
        assertThat(stage.lease().endpoint()).isEqualTo(A);
        assertThat(stage.lease().endpoint()).isEqualTo(A);

        define(defined.withBalancer("first").withShadow(null)); // as it should be written down

        assertThat(made).containsExactly("first");
        define(defined); // back to where it began

        assertThat(stage.service.spec()).isEqualTo(defined);
        assertThat(stage.service.shadow()).isPresent();
    }

    @Test
    void promote_failedShadow_isRefused() {
        stage.set(A, B);
        shadow("broken");
        stage.lease().close();

        assertThatThrownBy(stage.service::promoteShadow)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("pick threw")
                .hasMessageContaining("(expected: one that runs)");
        assertThat(stage.service.shadow()).isPresent();
    }

    @Test
    void X10_shadowThatThrows_isToldOnceAndHarmsNoRequest() {
        stage.set(A, B);
        for (String rule : List.of("broken", "unknown")) {
            shadow(rule);
            long before = stage.service.plugInFaults();
            stage.events.clear();
            for (int i = 0; i < 4; i++) {
                stage.lease().complete(Outcome.SUCCESS);
            }
            assertThat(report().runs()).isFalse();
            assertThat(report().requests()).isZero();
            assertThat(stage.service.plugInFaults()).isLessThanOrEqualTo(before + 1);
            stage.time.advance(Duration.ofMinutes(1)); // so that the next one is told, too
        }
        assertThat(stage.service.plugInFaults()).isEqualTo(2);
        assertThat(stage.events).noneMatch(event -> event instanceof Event.EndpointsChanged);
    }

    @Test
    void define_anotherShadow_beginsAnew_andNoneEndsIt() {
        stage.set(A, B);
        shadow("first");
        stage.lease().close();
        shadow("least");
        assertThat(report().balancer()).isEqualTo("least");
        assertThat(report().requests()).isZero();

        define(stage.service.spec().withShadow(null));

        assertThat(stage.service.shadow()).isEmpty();
        stage.lease().close();
    }

    @Test
    void shadow_endpointsThatComeAndGo_areFollowed() {
        stage.set(A);
        shadow("first");
        stage.set(B);
        stage.lease().close();

        assertThat(report().endpoints())
                .extracting(ShadowReport.Share::endpoint)
                .containsExactly(B.id());
        assertThat(report().requests()).isEqualTo(1);
        stage.set();
        assertThat(stage.refusal()).isEqualTo(Reason.NO_ENDPOINTS);
        stage.set(A);
        stage.time.advance(Duration.ofSeconds(1));
        stage.lease().close();
        assertThat(report().endpoints())
                .extracting(ShadowReport.Share::endpoint)
                .containsExactly(A.id());
    }

    @Test
    void start_specWithAShadowThatNothingMakes_isRefused() {
        ServiceSpec spec = ServiceSpec.of("orders").withShadow(ShadowSpec.of("p2c"));

        assertThatThrownBy(() -> Service.start(spec, Balancers::first, stage.source, stage.context))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shadow of service \"orders\": \"p2c\" (expected: what makes it, or no shadow)");
    }
}
