package dev.penstock.examples;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnDiscoveryTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final OwnDiscovery map = new OwnDiscovery();

    @Test
    void P09_ownDiscovery_feedsARouteFromAnyThread() throws Exception {
        try (Penstock penstock = Penstock.builder()
                .discovery(map)
                .service(ServiceSpec.of("orders").withDiscover(URI.create("map:shop-orders")))
                .route(Match.ALL, "orders")
                .build()) {
            assertThat(refusal(penstock)).isEqualTo(Reason.NOT_READY);
            putFromAnotherThread("127.0.0.1:9001");
            eventually(LIMIT, () -> assertThat(used(penstock)).containsExactly("127.0.0.1:9001"));
            putFromAnotherThread("127.0.0.1:9001", "127.0.0.1:9002");
            eventually(
                    LIMIT,
                    () -> assertThat(used(penstock)).containsExactlyInAnyOrder("127.0.0.1:9001", "127.0.0.1:9002"));
            putFromAnotherThread("127.0.0.1:9002");
            eventually(LIMIT, () -> assertThat(used(penstock)).containsExactly("127.0.0.1:9002"));
            putFromAnotherThread();
            eventually(LIMIT, () -> assertThat(refusal(penstock)).isEqualTo(Reason.NO_ENDPOINTS));
        }
    }

    private void putFromAnotherThread(String... addresses) throws InterruptedException {
        var thread = new Thread(() -> map.put("shop-orders", addresses));
        thread.start();
        thread.join();
    }

    private static Set<String> used(Penstock penstock) {
        Set<String> used = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            Decision decision = penstock.acquire(PlainRequest.get("http://a.test/"));
            decision.fold(lease -> used.add(lease.endpoint().address()), refusal -> false);
            decision.fold(OwnDiscoveryTest::end, refusal -> null);
        }
        return used;
    }

    private static Object end(Lease lease) {
        lease.close();
        return lease;
    }

    private static Reason refusal(Penstock penstock) {
        return penstock.acquire(PlainRequest.get("http://a.test/")).fold(lease -> Reason.NO_ROUTE, Refusal::reason);
    }
}
