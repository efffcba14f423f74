package dev.penstock.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.balancer.AffinityCookie;
import dev.penstock.balancer.AffinityKeys;
import dev.penstock.balancer.Balancers;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.limit.BreakerSettings;
import dev.penstock.limit.BreakerSettings.Scope;
import dev.penstock.limit.Limits;
import dev.penstock.load.Outcome;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.request.PlainRequest;
import dev.penstock.request.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients with a cookie whose endpoint takes no more at the moment. */
class StickyServiceTest {
    private static final Endpoint A = Endpoint.of("10.0.0.1", 80);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 80);

    private final Stage stage = new Stage();

    StickyServiceTest() {
        stage.rule = Balancers.sticky(AffinityCookie.named("lb"), AffinityKeys.drawn(), Balancers.roundRobin());
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private void limits(Limits limits) {
        stage.service.update(stage.service.spec().withLimits(limits), null, null);
    }

    private Lease lease(Request request) {
        return (Lease) stage.service.acquire(request);
    }

    private static String cookie(Lease lease) {
        return requireNonNull(lease.affinity()).setCookie();
    }

    /** The next request of a client that got this answer. */
    private static Request after(Lease lease) {
        String cookie = cookie(lease);
        return PlainRequest.get("http://www.example.com/")
                .withHeader("cookie", cookie.substring(0, cookie.indexOf(';')));
    }

    @Test
    void B09_endpointAtItsLimit_theRequestGoesElsewhere_theClientStays() {
        limits(Limits.defaults().withPerEndpoint(1));
        stage.set(A, B);
        Lease first = lease(Stage.REQUEST);
        Request client = after(first);

        Lease elsewhere = lease(client);
        assertThat(elsewhere.endpoint()).isNotEqualTo(first.endpoint());
        assertThat(cookie(elsewhere)).isEmpty();

        first.complete(Outcome.SUCCESS);
        Lease back = lease(client);
        assertThat(back.endpoint()).isEqualTo(first.endpoint());
        assertThat(cookie(back)).isEmpty();
    }

    @Test
    void B09_allAtTheirLimit_theRequestWaits_andTheClientStays() {
        limits(Limits.defaults().withPerEndpoint(1));
        stage.set(A, B);
        Lease first = lease(Stage.REQUEST);
        Lease other = lease(Stage.REQUEST);
        List<Decision> decided = new ArrayList<>();
        stage.service.await(after(first), stage.time, decided::add);
        assertThat(decided).isEmpty();

        other.complete(Outcome.SUCCESS);

        assertThat(((Lease) decided.get(0)).endpoint()).isEqualTo(other.endpoint());
        assertThat(cookie((Lease) decided.get(0))).isEmpty();
    }

    @Test
    void B09_circuitOfTheEndpointOpen_theClientMoves() {
        stage.judge(HealthSpec.defaults().withOutliers(OutlierSpec.OFF));
        limits(Limits.defaults().withBreaker(BreakerSettings.defaults().withScope(Scope.ENDPOINT)));
        stage.set(A, B);
        Lease first = lease(Stage.REQUEST);
        Request client = after(first);
        first.complete(Outcome.BROKEN);
        for (int i = 0; i < 19; i++) {
            lease(client).complete(Outcome.BROKEN);
        }

        Lease moved = lease(client);

        assertThat(moved.endpoint()).isNotEqualTo(first.endpoint());
        assertThat(lease(after(moved)).endpoint()).isEqualTo(moved.endpoint());
    }
}
