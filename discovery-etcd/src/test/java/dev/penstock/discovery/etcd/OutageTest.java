package dev.penstock.discovery.etcd;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.KeyWatch.KeyState;
import dev.penstock.discovery.ServiceState;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real server, which dies and comes back. */
@Timeout(120)
class OutageTest {
    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void outage_keepsTheListAndFollowsAfterwards(String api, @TempDir Path folder) {
        try (var etcd = EtcdServer.start(folder)) {
            etcd.put(api, "/outage/web/a", "127.0.0.1:8001");
            try (var opened = Opened.of("etcd://" + etcd.address() + "/outage/web?api=" + api)) {
                opened.awaitReady("127.0.0.1:8001");
                etcd.stop();
                opened.await(ServiceState.Stale.class);
                assertThat(opened.endpoints()).hasSize(1);
                assertThat(opened.problem()).contains("cannot connect");
                etcd.start();
                etcd.put(api, "/outage/web/b", "127.0.0.1:8002");
                opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            }
        }
    }

    private static KeyState last(List<KeyState> states) {
        assertThat(states).isNotEmpty();
        return states.get(states.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void keys_oneAndPrefix_arePushedWholeAndKeptInAnOutage(String api, @TempDir Path folder) {
        try (var etcd = EtcdServer.start(folder)) {
            try (var threads = ControlThreads.create();
                    var keys = EtcdKeys.open(
                            URI.create("etcd://" + etcd.address() + "?api=" + api),
                            Map.of(),
                            new DiscoveryContext(Ticker.system(), threads, Randomness.system()))) {
                List<KeyState> one = new CopyOnWriteArrayList<>();
                List<KeyState> all = new CopyOnWriteArrayList<>();
                keys.watch("/penstock/config", one::add);
                keys.watch("/penstock/", all::add);
                eventually(OpenedSource.LIMIT, () -> assertThat(last(all)).isEqualTo(new KeyState(Map.of(), true, "")));
                etcd.put(api, "/penstock/config", "listeners: []");
                etcd.put(api, "/penstock/sub/other", "x");
                eventually(OpenedSource.LIMIT, () -> {
                    assertThat(last(one).values()).isEqualTo(Map.of("/penstock/config", "listeners: []"));
                    assertThat(last(all).values()).containsOnlyKeys("/penstock/config", "/penstock/sub/other");
                });
                etcd.stop();
                eventually(OpenedSource.LIMIT, () -> {
                    assertThat(last(one).problem()).isNotEmpty();
                    assertThat(last(one).values()).hasSize(1);
                });
                etcd.start();
                etcd.delete(api, "/penstock/config");
                eventually(OpenedSource.LIMIT, () -> assertThat(last(one)).isEqualTo(new KeyState(Map.of(), true, "")));
            }
        }
    }
}
