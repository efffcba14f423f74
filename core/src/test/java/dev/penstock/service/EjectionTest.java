package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.balancer.Candidate;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.health.CheckResult;
import dev.penstock.health.CheckSpec;
import dev.penstock.health.TcpCheck;
import dev.penstock.load.Outcome;
import dev.penstock.observe.Event;
import dev.penstock.outlier.OutlierSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EjectionTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 80);
    private static final Endpoint C = Endpoint.of("10.0.0.3", 80);
    private static final Duration BEAT = Duration.ofMillis(100);

    private final Stage stage = new Stage();

    @BeforeEach
    void begin() {
        stage.set(A, B, C);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void F09_threeFailuresInARow_endpointIsOutForTenSecondsAndTriedAgain() {
        fail(A, 3);
        stage.time.advance(BEAT);

        assertThat(eligible()).containsExactly(B.id(), C.id());
        assertThat(stage.member(A.id()).excluded()).isEqualTo("ejected for 10 s: 3 failures in a row");
        stage.time.advance(Duration.ofMillis(9_800));
        assertThat(eligible()).containsExactly(B.id(), C.id());
        stage.time.advance(Duration.ofMillis(300));
        assertThat(eligible()).containsExactly(A.id(), B.id(), C.id());
        assertThat(stage.events)
                .contains(new Event.EndpointEjected(
                        stage.service.spec().name(), A, "3 failures in a row", Duration.ofSeconds(10)))
                .contains(new Event.EndpointReadmitted(stage.service.spec().name(), A));
    }

    @Test
    void F09_failuresWithASuccessBetween_ejectNobody() {
        fail(A, 2);
        complete(A, Outcome.SUCCESS);
        fail(A, 2);
        stage.time.advance(BEAT);

        assertThat(eligible()).hasSize(3);
    }

    @Test
    void F09_limitOfFive_ejectsAfterTheFifth() {
        stage.judge(HealthSpec.defaults().withOutliers(OutlierSpec.defaults().withConsecutiveFailures(5)));

        fail(A, 4);
        stage.time.advance(BEAT);
        assertThat(eligible()).hasSize(3);

        fail(A, 1);
        stage.time.advance(BEAT);
        assertThat(eligible()).containsExactly(B.id(), C.id());
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.class,
            names = {"SUCCESS", "CANCELLED"})
    void outcomesThatAreNoFailures_ejectNobody(Outcome outcome) {
        for (int i = 0; i < 10; i++) {
            complete(A, outcome);
        }
        stage.time.advance(BEAT);

        assertThat(eligible()).hasSize(3);
    }

    @Test
    void cancelledRequests_leaveTheFailuresInARow() {
        fail(A, 2);
        complete(A, Outcome.CANCELLED);
        fail(A, 1);
        stage.time.advance(BEAT);

        assertThat(eligible()).containsExactly(B.id(), C.id());
    }

    @Test
    void F09_othersLeave_anEjectedOneThatIsLeftServes_untilTheyAreBack() {
        fail(A, 3);
        stage.time.advance(BEAT);
        assertThat(eligible()).containsExactly(B.id(), C.id());

        stage.set(A);
        assertThat(eligible()).containsExactly(A.id());

        stage.set(A, B);
        stage.time.advance(BEAT);
        assertThat(eligible()).containsExactly(B.id());
    }

    @Test
    void F09_lastEligibleEndpoint_isNeverEjected() {
        stage.set(A);

        fail(A, 30);
        stage.time.advance(BEAT);

        assertThat(eligible()).containsExactly(A.id());
    }

    @Test
    void ejection_outlastsUpdatesAnotherRuleAndAShortAbsence() {
        fail(A, 3);
        stage.time.advance(BEAT);

        stage.set(A.withWeight(5), B);
        assertThat(eligible()).containsExactly(B.id());
        stage.service.update(stage.service.spec().withBalancer("other"), () -> stage.rule, null);
        assertThat(eligible()).containsExactly(B.id());
        stage.set(B);
        stage.set(A, B);
        stage.time.advance(BEAT);
        assertThat(eligible()).containsExactly(B.id());
    }

    @Test
    void ejection_endsWhereTheIdStandsForAnotherAddress() {
        fail(A, 3);
        stage.time.advance(BEAT);

        stage.set(new Endpoint(A.id(), "10.0.0.9", 80, 1, 0, A.zone(), A.phase(), A.metadata()), B, C);
        stage.time.advance(BEAT);

        assertThat(eligible()).containsExactly(A.id(), B.id(), C.id());
    }

    @Test
    void switchedOff_ejectsNobody() {
        stage.judge(HealthSpec.defaults().withOutliers(OutlierSpec.OFF));

        fail(A, 30);
        stage.time.advance(Duration.ofSeconds(30));

        assertThat(eligible()).hasSize(3);
    }

    @Test
    void shareOfFailures_ejectsTheOneThatFailsMore() {
        fail(A, 1);
        stage.time.advance(BEAT); // an interval begins
        for (int i = 0; i < 60; i++) {
            complete(A, i % 2 == 0 ? Outcome.ERROR_ANSWER : Outcome.SUCCESS);
            complete(B, Outcome.SUCCESS);
            complete(C, Outcome.SUCCESS);
        }
        assertThat(eligible()).hasSize(3);

        stage.time.advance(Duration.ofSeconds(10));

        assertThat(eligible()).containsExactly(B.id(), C.id());
        assertThat(stage.member(A.id()).excluded())
                .isEqualTo("ejected for 10 s: 30 of 60 requests failed (median 0.0 %) within 10 s");
    }

    @Test
    void ejection_withAnActiveCheck_endsOnlyAfterItHasSucceeded() {
        stage.seen.put(A.id(), new CheckResult(true, "connected"));
        stage.seen.put(B.id(), new CheckResult(true, "connected"));
        stage.seen.put(C.id(), new CheckResult(true, "connected"));
        stage.judge(HealthSpec.defaults()
                .withCheck(CheckSpec.of(TcpCheck.OWN_PORT)
                        .withInterval(Duration.ofSeconds(1))
                        .withCounts(2, 100)));
        stage.seen.put(A.id(), new CheckResult(false, "refused"));
        fail(A, 3);
        stage.time.advance(Duration.ofSeconds(15));
        assertThat(eligible()).containsExactly(B.id(), C.id());

        stage.seen.put(A.id(), new CheckResult(true, "connected"));
        stage.time.advance(Duration.ofSeconds(3));

        assertThat(eligible()).containsExactly(A.id(), B.id(), C.id());
    }

    private List<String> eligible() {
        return stage.service.snapshot().members().stream()
                .filter(Snapshot.Member::eligible)
                .map(member -> member.endpoint().id())
                .toList();
    }

    private void fail(Endpoint endpoint, int times) {
        for (int i = 0; i < times; i++) {
            complete(endpoint, Outcome.CONNECT_FAILED);
        }
    }

    /** Has one request to that endpoint end like this; others are cancelled, which says nothing. */
    private void complete(Endpoint endpoint, Outcome outcome) {
        Candidate candidate = stage.service.snapshot().eligible().stream()
                .filter(one -> one.endpoint().id().equals(endpoint.id()))
                .findFirst()
                .orElseThrow();
        var lease = ((LiveCandidate) candidate).lease(0);
        assertThat(lease).isNotNull();
        lease.complete(outcome);
    }
}
