package dev.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.catalog.HealthSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.load.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 80);

    private final Stage stage = new Stage();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void drain_ofAnEndpoint_givesItNoNewRequest() {
        stage.set(A, B);

        stage.service.drain(A.id());

        assertThat(served(10)).containsExactly(B.id());
        assertThat(stage.member(A.id()).excluded()).isEqualTo("drained");
        assertThat(stage.service.health(A.id()).drained()).isTrue();
    }

    @Test
    void drain_completion_comesWithTheLastRequest() {
        stage.set(A);
        Lease first = stage.lease();
        Lease second = stage.lease();

        var drained = stage.service.drain(A.id());
        first.complete(Outcome.SUCCESS);
        stage.time.advance(Duration.ofSeconds(1));
        assertThat(isDone(drained)).isFalse();

        second.complete(Outcome.SUCCESS);
        stage.time.advance(Duration.ofSeconds(1));
        assertThat(isDone(drained)).isTrue();
    }

    @Test
    void drain_ofAnEndpoint_outlastsAnUpdateAndItsAbsence() {
        stage.set(A, B);
        stage.service.drain(A.id());

        stage.set(A.withWeight(3), B);
        assertThat(served(10)).containsExactly(B.id());
        stage.set(B);
        stage.set(A, B);
        stage.time.advance(Duration.ofSeconds(1));
        assertThat(served(10)).containsExactly(B.id());
        assertThat(stage.service.snapshot().members()).hasSize(2);
    }

    @Test
    void drainedAbsentEndpoints_areForgotten_thoseGoneLongestFirst_whereThereAreTooMany() {
        var book = new HealthBook(HealthSpec.defaults());
        for (int i = 0; i < HealthBook.MOST_ABSENT + 10; i++) {
            Endpoint endpoint = Endpoint.of("10.0.0.1", i + 1);
            book.member(endpoint, i, () -> {});
            book.drain(endpoint.id(), true);
            book.end(Set.of(), i);
        }

        assertThat(book.all()).hasSize(HealthBook.MOST_ABSENT);
        assertThat(book.of("10.0.0.1:10")).isNull();
        assertThat(book.of("10.0.0.1:11")).isNotNull();
    }

    @Test
    void undrain_ofAnEndpoint_givesItRequestsAgainAndEndsTheWait() {
        stage.set(A, B);
        Lease held = stage.lease();
        Lease other = stage.lease();
        var drained = stage.service.drain(A.id());

        stage.service.undrain(A.id());

        assertThat(isDone(drained)).isTrue();
        assertThat(served(10)).containsExactlyInAnyOrder(A.id(), B.id());
        held.close();
        other.close();
    }

    @Test
    void drain_ofTheService_refusesAsDrainingUntilCalledOff() {
        stage.set(A, B);
        Lease held = stage.lease();

        var drained = stage.service.drain();
        assertThat(stage.refusal()).isEqualTo(Reason.DRAINING);
        assertThat(isDone(drained)).isFalse();
        held.complete(Outcome.SUCCESS);
        stage.time.advance(Duration.ofSeconds(1));
        assertThat(isDone(drained)).isTrue();

        stage.service.undrain();
        assertThat(served(10)).hasSize(2);
    }

    @Test
    void drain_ofEachEndpoint_refusesAsDraining() {
        stage.set(A, B);

        stage.service.drain(A.id());
        stage.service.drain(B.id());

        assertThat(stage.refusal()).isEqualTo(Reason.DRAINING);
    }

    @Test
    void drain_whenTheServiceIsClosed_keepsNobodyWaiting() {
        stage.set(A);
        stage.lease();
        var drained = stage.service.drain(A.id());

        stage.close();

        assertThat(isDone(drained)).isTrue();
        assertThat(isDone(stage.service.drain())).isTrue();
    }

    @Test
    void drain_ofAStranger_isRefused() {
        stage.set(A);

        assertThatThrownBy(() -> stage.service.drain("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("endpoint: \"x\" (expected: one of service \"orders\")");
    }

    private static boolean isDone(CompletionStage<Void> stage) {
        return stage.toCompletableFuture().isDone();
    }

    private Set<String> served(int requests) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < requests; i++) {
            try (Lease lease = stage.lease()) {
                ids.add(lease.endpoint().id());
            }
        }
        return ids;
    }
}
