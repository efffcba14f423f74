package dev.penstock.discovery.etcd;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.etcd.FakeEtcd.Reply;
import dev.penstock.testkit.OpenedSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that a real member does not give on demand. */
@Timeout(120)
class FaultsTest {
    private static final String KEY = "/services/web/a";

    private final FakeEtcd etcd = FakeEtcd.start();

    @AfterEach
    void close() {
        etcd.close();
    }

    private OpenedSource open(String api) {
        return Opened.of("etcd://" + etcd.address() + "/services/web?api=" + api);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v3 | 200 | <html>hello</html>             | no JSON
            v3 | 200 | {}                             | no revision
            v3 | 200 | []                             | expected: object
            v3 | 200 | {"header":{"revision":"12"     | no JSON
            v3 | 404 | Not Found                      | 404: Not Found
            v3 | 503 | {"message":"no leader"}        | 503: no leader
            v2 | 200 | {"node":{"dir":true}}          | no X-Etcd-Index
            v2 | 404 | 404 page not found             | 404: 404 page not found
            """)
    void answer_thatIsNoAuthority_keepsTheEndpoints(String api, int status, String body, String problem) {
        etcd.put(Map.of(KEY, "127.0.0.1:8001"));
        try (var opened = open(api)) {
            opened.awaitReady("127.0.0.1:8001");
            etcd.script(question -> Reply.of(status, body));
            etcd.put(Map.of());
            opened.await(ServiceState.Stale.class);
            assertThat(opened.endpoints()).hasSize(1);
            eventually(OpenedSource.LIMIT, () -> assertThat(opened.problem()).contains(problem));
            etcd.script(question -> null);
            etcd.put(Map.of(KEY, "127.0.0.1:8002"));
            opened.awaitReady("127.0.0.1:8002");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v3 | 200 | {"result":{"canceled":true,"cancel_reason":"no such right"}}     | no such right
            v3 | 200 | {"error":{"message":"no such right"}}                            | no such right
            v3 | 404 | no such path                                                     | 404: no such path
            v3 | 200 | <html>                                                           | no JSON
            v2 | 403 | {"errorCode":110,"message":"no such right"}                      | 403: no such right
            """)
    void watch_thatIsRefused_isShownAndChangesAreFoundAnyway(String api, int status, String body, String problem) {
        etcd.put(Map.of(KEY, "127.0.0.1:8001"));
        etcd.script(question ->
                question.target().contains("wat") || question.target().contains("wait")
                        ? Reply.of(status, body + "\n")
                        : null);
        try (var opened = open(api)) {
            opened.awaitReady("127.0.0.1:8001");
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.watch().skipped())
                            .singleElement()
                            .asString()
                            .contains(problem));
            etcd.put(Map.of(KEY, "127.0.0.1:8002"));
            opened.awaitReady("127.0.0.1:8002");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"result\":{\"events\":[{\"kv", "", "{\"result\":{\"created\":true}}\n"})
    void watch_thatEndsEarly_isTakenUpAgain(String cut) {
        etcd.put(Map.of(KEY, "127.0.0.1:8001"));
        try (var opened = open("v3")) {
            opened.awaitReady("127.0.0.1:8001");
            etcd.script(question -> question.target().equals("/v3/watch") ? Reply.of(200, cut) : null);
            etcd.put(Map.of(KEY, "127.0.0.1:8002"));
            opened.awaitReady("127.0.0.1:8002");
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(etcd.askedFor("/v3/watch")).isGreaterThan(1));
            etcd.script(question -> null);
            etcd.put(Map.of(KEY, "127.0.0.1:8003"));
            opened.awaitReady("127.0.0.1:8003");
            assertThat(opened.watch().skipped()).isEmpty();
        }
    }

    @Test
    void indexCleared_isReadAgainInFull() {
        etcd.put(Map.of(KEY, "127.0.0.1:8001"));
        String cleared = "{\"errorCode\":401,\"message\":\"The event in requested index is outdated and cleared\"}";
        etcd.script(question -> question.target().contains("wait=") ? Reply.of(400, cleared) : null);
        try (var opened = open("v2")) {
            opened.awaitReady("127.0.0.1:8001");
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(etcd.askedFor("quorum=")).isGreaterThan(2));
            assertThat(opened.watch().skipped()).isEmpty();
            assertThat(opened.current()).isInstanceOf(ServiceState.Ready.class);
        }
    }

    @Test
    void questions_ofEachApi_areThoseThatTheDocumentsName() {
        etcd.put(Map.of(KEY, "127.0.0.1:8001"));
        try (var second = open("v2");
                var third = open("v3")) {
            second.awaitReady("127.0.0.1:8001");
            third.awaitReady("127.0.0.1:8001");
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(etcd.asked())
                            .extracting(FakeEtcd.Asked::target)
                            .contains(
                                    "/v2/keys/services/web?recursive=true&quorum=true",
                                    "/v2/keys/services/web?recursive=true&wait=true&waitIndex=12",
                                    "/v3/kv/range",
                                    "/v3/watch"));
            assertThat(etcd.asked())
                    .filteredOn(question -> question.target().equals("/v3/watch"))
                    .extracting(FakeEtcd.Asked::body)
                    .allMatch(body ->
                            body.contains("\"start_revision\":\"12\"") && body.contains("\"progress_notify\":true"));
        }
    }
}
