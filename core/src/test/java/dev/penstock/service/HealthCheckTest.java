package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.AnswerLimits;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.SlowStart;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.health.Check;
import dev.penstock.health.CheckResult;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.HeadLimits;
import dev.penstock.health.Health;
import dev.penstock.health.HttpCheck;
import dev.penstock.health.TcpCheck;
import dev.penstock.observe.Event;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.time.Randomness;
import dev.penstock.tls.UpstreamTls;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 80);
    private static final CheckResult GOOD = new CheckResult(true, "connected");
    private static final CheckResult BAD = new CheckResult(false, "refused");
    private static final HealthSpec CHECKED = HealthSpec.defaults()
            .withCheck(CheckSpec.of(TcpCheck.OWN_PORT).withInterval(Duration.ofSeconds(1)))
            .withOutliers(OutlierSpec.OFF);

    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    private void see(CheckResult result, Endpoint... endpoints) {
        for (Endpoint endpoint : endpoints) {
            stage.seen.put(endpoint.id(), result);
        }
    }

    /** Each would be O(n) by itself: of ten thousand that fail together the last would be out after minutes. */
    @Test
    void manyTurnTogether_areTakenOutTogether() {
        Endpoint[] many = IntStream.range(0, 200)
                .mapToObj(i -> Endpoint.of("10.0.1." + i, 80))
                .toArray(Endpoint[]::new);
        see(GOOD, many);
        stage.judge(CHECKED);
        stage.set(many);
        see(BAD, many);
        long before = stage.service.snapshot().version();

        CheckSpec atOnce = CheckSpec.of(TcpCheck.OWN_PORT).withCounts(1, 1);
        stage.judge(CHECKED.withCheck(atOnce)); // checks all in the same moment
        stage.time.advance(Duration.ofMillis(100));

        assertThat(eligible()).isEmpty();
        assertThat(stage.service.snapshot().version() - before).isLessThanOrEqualTo(3);
    }

    @Test
    void endpointDown_leavesWithItsEvidenceAndReturns() {
        see(GOOD, A, B);
        stage.judge(CHECKED);
        stage.set(A, B);
        assertThat(stage.service.health(A.id()).health()).isEqualTo(Health.UP);

        see(BAD, A);
        stage.time.advance(Duration.ofSeconds(4));
        assertThat(eligible()).containsExactly(B.id());
        assertThat(stage.member(A.id()).excluded()).isEqualTo("health check failed: refused");
        assertThat(stage.events)
                .contains(new Event.HealthChanged(stage.service.spec().name(), A, false, "refused"));

        see(GOOD, A);
        stage.time.advance(Duration.ofSeconds(3));
        assertThat(eligible()).containsExactly(A.id(), B.id());
        assertThat(stage.events)
                .contains(new Event.HealthChanged(stage.service.spec().name(), A, true, "connected"));
    }

    /** With an interval of 200 ms one that fails leaves within 1.5 s and is back within 1.5 s, whatever the pauses drawn. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true}) // by connecting, by asking
    void F11_F12_intervalOf200Millis_failingEndpointLeavesAndReturnsWithinOneAndAHalfSeconds(boolean http) {
        Check check = http ? HttpCheck.get("/health") : TcpCheck.OWN_PORT;
        see(GOOD, A, B);
        stage.judge(HealthSpec.defaults()
                .withCheck(CheckSpec.of(check).withInterval(Duration.ofMillis(200)))
                .withOutliers(OutlierSpec.OFF));
        stage.set(A, B);
        for (int turn = 0; turn < 50; turn++) {
            stage.time.advance(Duration.ofMillis(7L * turn)); // at any moment between two checks
            see(BAD, A);
            stage.time.advance(Duration.ofMillis(1_500));
            assertThat(eligible()).containsExactly(B.id());

            see(GOOD, A);
            stage.time.advance(Duration.ofMillis(1_500));
            assertThat(eligible()).containsExactly(A.id(), B.id());
        }
    }

    @Test
    void checks_goByTheServicesTlsAndLimits_whateverChanges() {
        see(GOOD, A);
        AnswerLimits limits = AnswerLimits.defaults().withHead(100, 1_000, 10);
        stage.service.update(
                stage.service.spec().withTls(UpstreamTls.defaults()).withHealth(CHECKED), null, null);
        stage.set(A);
        assertThat(lastCheck().tls()).isEqualTo(UpstreamTls.defaults());

        stage.judge(CHECKED.withCheck(CheckSpec.of(TcpCheck.OWN_PORT).withInterval(Duration.ofSeconds(2))));
        stage.time.advance(Duration.ofSeconds(4));
        assertThat(lastCheck().interval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(lastCheck().tls()).isEqualTo(UpstreamTls.defaults());

        stage.service.update(stage.service.spec().withAnswers(limits).withTls(null), null, null);
        stage.time.advance(Duration.ofSeconds(4));
        assertThat(lastCheck().heads()).isEqualTo(new HeadLimits(100, 1_000));
        assertThat(lastCheck().tls()).isNull();
    }

    private CheckSpec lastCheck() {
        return stage.probedBy.get(stage.probedBy.size() - 1);
    }

    @Test
    void endpointNotCheckedYet_isUsed() {
        stage.judge(CHECKED);
        stage.set(A);

        assertThat(stage.lease().endpoint()).isEqualTo(A);
        assertThat(stage.service.health(A.id()).health()).isEqualTo(Health.UNKNOWN);
    }

    @Test
    void drainingEndpoint_isNotChecked() {
        stage.judge(CHECKED);
        stage.set(A.withPhase(Phase.DRAINING), B);

        assertThat(stage.probed).containsOnly(B.id());
    }

    @Test
    void down_outlastsUpdatesAndAShortAbsence() {
        see(BAD, A);
        see(GOOD, B);
        stage.judge(CHECKED);
        stage.set(A, B);
        stage.time.advance(Duration.ofSeconds(4));

        stage.set(A.withWeight(2), B);
        assertThat(eligible()).containsExactly(B.id());
        stage.judge(CHECKED.withSlowStart(SlowStart.over(Duration.ofSeconds(1))));
        assertThat(eligible()).containsExactly(B.id());
        stage.set(B);
        stage.set(A, B);
        stage.time.advance(Duration.ofSeconds(2));
        assertThat(eligible()).containsExactly(B.id());
    }

    @Test
    void checkTakenAway_allAreUsedAgain() {
        see(BAD, A);
        see(GOOD, B);
        stage.judge(CHECKED);
        stage.set(A, B);
        stage.time.advance(Duration.ofSeconds(4));

        stage.judge(HealthSpec.defaults());

        assertThat(eligible()).containsExactly(A.id(), B.id());
        int probed = stage.probed.size();
        stage.time.advance(Duration.ofSeconds(60));
        assertThat(stage.probed).hasSize(probed);
    }

    @Test
    void F13_nothingHealthy_isRefusedAtOnce() {
        see(BAD, A, B);
        stage.judge(CHECKED);
        stage.set(A, B);

        stage.time.advance(Duration.ofSeconds(4));

        assertThat(stage.refusal()).isEqualTo(Reason.UNHEALTHY);
        assertThat(Reason.UNHEALTHY.status()).isEqualTo(503);
        assertThat(stage.service.snapshot().panic()).isFalse();
    }

    // Strictly below the threshold: with 50 %, one of two is enough.
    @ParameterizedTest
    @CsvSource({
        "2, 1, 50, false",
        "2, 0, 50, true",
        "4, 2, 50, false",
        "4, 1, 50, true",
        "3, 2, 67, true",
        "3, 0, 0, false"
    })
    void F13_panic_belowTheThresholdAllAreUsed(int members, int healthy, int percent, boolean panic) {
        Endpoint[] endpoints = IntStream.range(0, members)
                .mapToObj(i -> Endpoint.of("10.0.0." + i, 80))
                .toArray(Endpoint[]::new);
        for (int i = 0; i < members; i++) {
            see(i < healthy ? GOOD : BAD, endpoints[i]);
        }
        stage.judge(CHECKED.withPanic(percent));
        stage.set(endpoints);
        stage.time.advance(Duration.ofSeconds(4));

        assertThat(stage.service.snapshot().panic()).isEqualTo(panic);
        assertThat(eligible()).hasSize(panic ? members : healthy);
    }

    @Test
    void F13_panic_beginsAndEndsOnce() {
        see(BAD, A, B);
        stage.judge(CHECKED.withPanic(50));
        stage.set(A, B);
        stage.time.advance(Duration.ofSeconds(30));
        assertThat(eligible()).hasSize(2);

        see(GOOD, A);
        stage.time.advance(Duration.ofSeconds(30));

        assertThat(eligible()).containsExactly(A.id());
        var name = stage.service.spec().name();
        assertThat(stage.events)
                .filteredOn(event -> event instanceof Event.PanicChanged)
                .containsExactly(new Event.PanicChanged(name, true, 0, 2), new Event.PanicChanged(name, false, 1, 2));
    }

    @Test
    void panic_aTierHasEnough_thereIsNone() {
        Endpoint reserve = B.withPriority(1);
        see(BAD, A);
        see(GOOD, B);
        stage.judge(CHECKED.withPanic(100));
        stage.set(A, reserve);
        stage.time.advance(Duration.ofSeconds(4));

        assertThat(stage.service.snapshot().panic()).isFalse();
        assertThat(stage.lease().endpoint()).isEqualTo(reserve);
    }

    @Test
    void panic_drainedByHand_staysOut() {
        see(BAD, A, B);
        stage.judge(CHECKED.withPanic(50));
        stage.set(A, B);
        stage.service.drain(A.id());
        stage.time.advance(Duration.ofSeconds(4));

        assertThat(eligible()).containsExactly(B.id());
    }

    @Test
    void check_withoutAProber_isRefused() {
        var context = new ServiceContext(stage.time, stage.time, Randomness.system(), stage, event -> {});

        assertThatThrownBy(() -> Service.start(
                        ServiceSpec.of("orders").withHealth(CHECKED), () -> stage.rule, stage.source, context))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("health check of service \"orders\": nothing can do it (expected: a prober, or no check)");
    }

    private List<String> eligible() {
        return stage.service.snapshot().members().stream()
                .filter(Snapshot.Member::eligible)
                .map(member -> member.endpoint().id())
                .toList();
    }
}
