package dev.penstock.discovery.etcd;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ServiceState;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real server, by both APIs: what is written is found, and follows. The tests share it, each with keys of its own. */
@Timeout(120)
@ExtendWith(SharedEtcd.class)
class RealEtcdTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final EtcdServer etcd;

    RealEtcdTest(EtcdServer etcd) {
        this.etcd = etcd;
    }

    private OpenedSource open(String api, String path) {
        return Opened.of("etcd://" + etcd.address() + path + "?api=" + api);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void registrations_comeAndGo_areFollowed(String api) {
        try (var opened = open(api, "/follow/web")) {
            opened.await(ServiceState.Absent.class);
            etcd.put(api, "/follow/web/h1:web.0:80", "127.0.0.1:8001");
            opened.awaitReady("127.0.0.1:8001");
            assertThat(opened.endpoints().get(0).metadata()).containsEntry("etcd.key", "/follow/web/h1:web.0:80");
            etcd.put(api, "/follow/web/h1:web.1:80", "[::1]:8002");
            etcd.put(api, "/follow/webshop/h1:shop:80", "127.0.0.1:9999");
            opened.awaitReady("127.0.0.1:8001", "[::1]:8002");
            etcd.put(api, "/follow/web/h1:web.1:80", "127.0.0.1:8003");
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8003");
            etcd.delete(api, "/follow/web/h1:web.0:80");
            etcd.delete(api, "/follow/web/h1:web.1:80");
            opened.await(ServiceState.Absent.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void badEntries_areSkippedOneByOneAndTheOthersWork(String api) {
        etcd.put(api, "/bad/web/no", "no address");
        etcd.put(api, "/bad/web/port", "127.0.0.1:99999");
        etcd.put(api, "/bad/web/json", "{\"host\":\"127.0.0.1\"}");
        etcd.put(api, "/bad/web/folder/in", "127.0.0.1:7777");
        etcd.put(api, "/bad/web/h1:dns.0:53:udp", "127.0.0.1:5353");
        etcd.put(api, "/bad/web/sky", "{\"host\":\"127.0.0.1\",\"port\":8002,\"weight\":7,\"priority\":1}");
        etcd.put(api, "/bad/web/any-id", "127.0.0.1:8001");
        try (var opened = open(api, "/bad/web");
                var udp = Opened.of("etcd://" + etcd.address() + "/bad/web?udp&api=" + api)) {
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            assertThat(opened.endpoints())
                    .filteredOn(endpoint -> endpoint.port() == 8002)
                    .extracting(Endpoint::weight, Endpoint::priority)
                    .containsExactly(tuple(7, 1));
            assertThat(opened.watch().skipped())
                    .hasSize(4)
                    .allMatch(sentence -> sentence.startsWith("key \"/bad/web/"))
                    .anyMatch(sentence -> sentence.contains("folder"));
            udp.awaitReady("127.0.0.1:5353");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void expiry_ofAKeyNobodyRenews_isFollowed(String api) {
        etcd.put(api, "/expiry/web/stays", "127.0.0.1:8001");
        try (var opened = open(api, "/expiry/web")) {
            opened.awaitReady("127.0.0.1:8001");
            etcd.put(api, "/expiry/web/goes", "127.0.0.1:8002");
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
            etcd.putForASecond(api, "/expiry/web/goes", "127.0.0.1:8002");
            opened.awaitReady("127.0.0.1:8001");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3"})
    void members_firstOneDead_theNextAnswers(String api) {
        etcd.put(api, "/members/web/a", "127.0.0.1:8001");
        try (var dead = DeadAddress.refusing();
                var opened = Opened.of("etcd://" + dead.address() + "," + etcd.address() + "/members/web?api=" + api)) {
            opened.awaitReady("127.0.0.1:8001");
            etcd.put(api, "/members/web/b", "127.0.0.1:8002");
            opened.awaitReady("127.0.0.1:8001", "127.0.0.1:8002");
        }
    }

    private interface Asking {
        void with(EtcdApi api) throws Exception;
    }

    private void ask(String api, Asking asking) throws Exception {
        EtcdSource source =
                EtcdSource.of(EtcdUri.of(URI.create("etcd://" + etcd.address() + "?api=" + api), Set.of()), Map.of());
        try (var threads = ControlThreads.create();
                var http = new EtcdHttp(source, threads)) {
            asking.with(EtcdDiscovery.api(source, http));
        }
    }

    @Test
    void await_revisionThatIsCompacted_endsSoThatAllIsReadAgain() throws Exception {
        etcd.put("v3", "/compacted/a", "1");
        etcd.put("v3", "/compacted/a", "2");
        ask("v3", api -> {
            long revision = api.list("/compacted/").get(30, TimeUnit.SECONDS).index();
            etcd.third("/v3/kv/compaction", Map.of("revision", Long.toString(revision)));
            assertThat(api.await("/compacted/", 1, LONG).get(30, TimeUnit.SECONDS))
                    .isEmpty();
            assertThat(api.list("/compacted/").get(30, TimeUnit.SECONDS).values())
                    .isEqualTo(Map.of("/compacted/a", "2"));
        });
    }

    @Test
    void C06_text_isFollowedOn_whileItsHistoryIsCompacted() {
        etcd.put("v3", "/compacting/gateway", "before");
        try (var threads = ControlThreads.create();
                var keys = EtcdKeys.open(
                        URI.create("etcd://" + etcd.address()),
                        Map.of(),
                        new DiscoveryContext(Ticker.system(), threads, Randomness.system()))) {
            List<String> told = new CopyOnWriteArrayList<>();
            keys.watch(
                    "/compacting/gateway", state -> told.add(state.values().getOrDefault("/compacting/gateway", "")));
            eventually(OpenedSource.LIMIT, () -> assertThat(told).endsWith("before"));
            for (int i = 0; i < 5; i++) {
                for (int write = 0; write < 20; write++) { // the watch still waits for what comes after "before"
                    etcd.put("v3", "/compacting-elsewhere", "" + write);
                }
                String answer = etcd.third("/v3/kv/range", Map.of("key", FakeEtcd.encoded("/compacting-elsewhere")));
                String revision = answer.replaceAll("(?s).*\"revision\":\"([0-9]+)\".*", "$1");
                etcd.third("/v3/kv/compaction", Map.of("revision", revision, "physical", true));
                String text = "after " + i;
                etcd.put("v3", "/compacting/gateway", text);
                eventually(OpenedSource.LIMIT, () -> assertThat(told).endsWith(text));
            }
            assertThat(told).doesNotContain("");
        }
    }

    @Test
    void await_indexThatIsOutdated_endsSoThatAllIsReadAgain() throws Exception {
        etcd.put("v2", "/outdated/a", "1");
        ask("v2", api -> {
            long index = api.list("/outdated/").get(30, TimeUnit.SECONDS).index();
            List<CompletableFuture<HttpResponse<String>>> writes = new ArrayList<>();
            for (int i = 0; i < 1_050; i++) { // the last thousand events are kept
                writes.add(etcd.http()
                        .sendAsync(
                                etcd.request(
                                        "PUT",
                                        "/v2/keys/elsewhere/" + i % 7,
                                        "application/x-www-form-urlencoded",
                                        "value=" + i),
                                HttpResponse.BodyHandlers.ofString()));
                if (writes.size() % 50 == 0) {
                    CompletableFuture.allOf(writes.toArray(new CompletableFuture<?>[0]))
                            .get(30, TimeUnit.SECONDS);
                }
            }
            assertThat(api.await("/outdated/", index, LONG).get(30, TimeUnit.SECONDS))
                    .isEmpty();
            assertThat(api.list("/outdated/").get(30, TimeUnit.SECONDS).values())
                    .isEqualTo(Map.of("/outdated/a", "1"));
        });
    }
}
