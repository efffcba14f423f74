package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.CatalogState;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch.KeyState;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keys and catalog of the real agent. */
@Timeout(120)
@ExtendWith(SharedConsul.class)
class ConsulKeysTest {
    private final ConsulServer consul;

    ConsulKeysTest(ConsulServer consul) {
        this.consul = consul;
    }

    private static <T> T last(List<T> states) {
        assertThat(states).isNotEmpty();
        return states.get(states.size() - 1);
    }

    @Test
    void watch_keyAndPrefix_arePushedWholeAndKeptInAnOutage() {
        try (var threads = ControlThreads.create();
                var keys = ConsulKeys.open(
                        URI.create("consulkv://" + consul.address()),
                        Map.of(),
                        new DiscoveryContext(Ticker.system(), threads, Randomness.system()))) {
            List<KeyState> one = new CopyOnWriteArrayList<>();
            List<KeyState> all = new CopyOnWriteArrayList<>();
            keys.watch("penstock/config", one::add);
            keys.watch("penstock/", all::add);
            eventually(OpenedSource.LIMIT, () -> assertThat(last(all)).isEqualTo(new KeyState(Map.of(), true, "")));
            consul.client().setKVValue("penstock/config", "listeners: []");
            consul.client().setKVValue("penstock/other", "x");
            eventually(OpenedSource.LIMIT, () -> {
                assertThat(last(one).values()).isEqualTo(Map.of("penstock/config", "listeners: []"));
                assertThat(last(all).values()).containsOnlyKeys("penstock/config", "penstock/other");
            });
            consul.stop();
            eventually(OpenedSource.LIMIT, () -> {
                assertThat(last(one).problem()).isNotEmpty();
                assertThat(last(one).values()).hasSize(1);
            });
            consul.start();
            consul.client().deleteKVValue("penstock/config");
            eventually(OpenedSource.LIMIT, () -> assertThat(last(one)).isEqualTo(new KeyState(Map.of(), true, "")));
        }
    }

    @Test
    void catalog_tags_becomeRoutes() {
        try (var threads = ControlThreads.create();
                var catalog = new ConsulCatalogFactory(Map.of())
                        .open(
                                URI.create("consul://" + consul.address() + "?stale"),
                                new DiscoveryContext(Ticker.system(), threads, Randomness.system()))) {
            consul.register("orders", "a", "127.0.0.1", 8001, "penstock.host=orders.example.com", "v2");
            consul.register(
                    "shop",
                    "b",
                    "127.0.0.1",
                    8002,
                    "traefik.http.routers.shop.rule=Host(`shop.example.com`) && PathPrefix(`/api`)");
            consul.register("silent", "c", "127.0.0.1", 8003, "v1");
            consul.register("odd", "d", "127.0.0.1", 8004, "traefik.http.routers.odd.rule=Nonsense(");
            List<CatalogState> states = new CopyOnWriteArrayList<>();
            catalog.watch(states::add);
            eventually(OpenedSource.LIMIT, () -> {
                assertThat(last(states).routes())
                        .extracting(route -> route.route().service().value())
                        .containsExactlyInAnyOrder("orders", "shop");
                assertThat(last(states).services())
                        .extracting(service -> service.discover().get(0).toString())
                        .contains("consul://" + consul.address() + "/orders?stale=true");
                assertThat(catalog.report().skipped()).anyMatch(problem -> problem.contains("odd"));
            });
            var factory = new ConsulFactory(Map.of());
            last(states)
                    .services()
                    .forEach(service -> factory.query(
                            ServiceName.of("x"), service.discover().get(0)));
            consul.deregister("a");
            eventually(
                    OpenedSource.LIMIT, () -> assertThat(last(states).routes()).hasSize(1));
        }
    }
}
