package dev.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PenstockTest {
    @Test
    void acquire_twoFixedEndpoints_alternatesFromTheFirstRequest() {
        try (Penstock penstock = Penstock.builder()
                .service(ServiceSpec.of("site", "127.0.0.1:9001", "127.0.0.1:9002"))
                .route(Match.ALL, "site")
                .build()) {
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < 2; i++) {
                Decision decision = penstock.acquire(PlainRequest.get("http://www.example.com/"));
                var lease = (Lease) decision;
                ids.add(lease.endpoint().id());
                lease.complete(Outcome.SUCCESS);
            }
            assertThat(ids).containsExactlyInAnyOrder("127.0.0.1:9001", "127.0.0.1:9002");
        }
    }

    @Test
    void acquire_noRouteOrNoServiceOrClosed_isRefusedWithTheReason() {
        Penstock penstock = Penstock.builder()
                .service(ServiceSpec.of("empty"))
                .route(Match.ALL.withPath(new PathMatch.Prefix("/empty")), "empty")
                .build();
        assertThat(reason(penstock, "http://a/")).isEqualTo(Reason.NO_ROUTE);
        assertThat(reason(penstock, "http://a/empty")).isEqualTo(Reason.NO_ENDPOINTS);
        penstock.close();
        assertThat(reason(penstock, "http://a/empty")).isEqualTo(Reason.CLOSED);
    }

    private static Reason reason(Penstock penstock, String url) {
        return ((Refusal) penstock.acquire(PlainRequest.get(url))).reason();
    }
}
