package dev.penstock.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.Penstock;
import dev.penstock.PenstockBuilder;
import dev.penstock.balancer.Balancer;
import dev.penstock.balancer.BalancerFactory;
import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.balancer.BalancerSettings;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.Match;
import dev.penstock.service.Lease;
import dev.penstock.testkit.ServiceContract;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OwnBalancerTest {
    @Test
    void B15_ownBalancer_isChosenByItsName() {
        try (Penstock penstock = Penstock.builder()
                .balancer(new OwnBalancer())
                .service(ServiceSpec.of("orders", "127.0.0.1:9001", "127.0.0.1:9002", "127.0.0.1:9003")
                        .withBalancer("by_client"))
                .route(Match.ALL, "orders")
                .build()) {
            Set<String> all = new HashSet<>();
            for (int client = 1; client <= 50; client++) {
                var request = PlainRequest.get("http://a.test/").withClient("10.1.0." + client);
                Set<String> own = new HashSet<>();
                for (int i = 0; i < 10; i++) {
                    try (Lease lease = (Lease) penstock.acquire(request)) {
                        own.add(lease.endpoint().id());
                    }
                }
                assertThat(own).hasSize(1);
                all.addAll(own);
            }
            assertThat(all).hasSize(3);
        }
    }

    @Test
    void B15_nameThatIsTaken_isRefused() {
        BalancerFactory taken = new BalancerFactory() {
            @Override
            public String name() {
                return "round_robin";
            }

            @Override
            public Balancer create(BalancerSettings settings) {
                return BalancerRegistry.builtIn().balancer("first");
            }
        };
        PenstockBuilder builder = Penstock.builder().balancer(taken);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("round_robin");
    }

    @Nested
    class InService extends ServiceContract {
        @Override
        protected Balancer balancer() {
            return new OwnBalancer().create(BalancerSettings.of("by_client", Map.of()));
        }
    }
}
