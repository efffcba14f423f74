package dev.penstock.discovery.consul;

import static dev.penstock.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.ServiceQuery;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.consul.FakeConsul.Question;
import dev.penstock.discovery.consul.FakeConsul.Reply;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.testkit.OpenedSource;
import dev.penstock.time.ControlThreads;
import dev.penstock.time.Randomness;
import dev.penstock.time.Ticker;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of Consul, and what becomes of odd answers. */
@Timeout(120)
class BlockingQueryTest {
    private static final String PATH = "/v1/health/service/orders";
    private static final Endpoint A = Endpoint.of("10.0.0.1", 8001);
    private static final Endpoint B = Endpoint.of("10.0.0.2", 8002);
    private static final String ONE = FakeConsul.array(List.of(FakeConsul.entry(A)));
    private static final String TWO = FakeConsul.array(List.of(FakeConsul.entry(A), FakeConsul.entry(B)));

    private final FakeConsul consul = FakeConsul.start();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void close() {
        never.countDown();
        consul.close();
    }

    private OpenedSource open(String rest) {
        return Opened.of("consul://" + consul.address() + rest);
    }

    private void awaitQuestions(int count) {
        eventually(OpenedSource.LIMIT, () -> assertThat(consul.questions()).hasSizeGreaterThanOrEqualTo(count));
    }

    private Reply hang() {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Reply.of(500, "over");
    }

    /** Answers with each index once, then hangs. */
    private void indexes(long... indexes) {
        var next = new AtomicInteger();
        consul.script(question -> {
            int i = next.getAndIncrement();
            return i < indexes.length ? Reply.index(indexes[i], ONE) : hang();
        });
    }

    private List<String> asked() {
        return consul.questions().stream()
                .map(question -> question.has("index") ? question.first("index") : "none")
                .toList();
    }

    @Test
    void K09_indexGoesBackwards_restartsWithoutOne() {
        indexes(5, 7, 3, 3);
        try (var opened = open("/orders")) {
            awaitQuestions(5);
            assertThat(asked()).startsWith("none", "5", "7", "none", "3");
            assertThat(opened.states()).hasSize(1);
        }
    }

    @Test
    void C05_indexOfAKeyGoesBackwards_restartsWithoutOne() {
        var next = new AtomicInteger();
        List<Reply> replies =
                List.of(Reply.index(500, kv("before")), Reply.index(3, kv("after")), Reply.index(3, kv("after")));
        consul.script(question -> {
            int i = next.getAndIncrement();
            return i < replies.size() ? replies.get(i) : hang();
        });
        try (var threads = ControlThreads.create();
                var keys = ConsulKeys.open(
                        URI.create("consulkv://" + consul.address()),
                        Map.of(),
                        new DiscoveryContext(Ticker.system(), threads, Randomness.system()))) {
            List<String> told = new CopyOnWriteArrayList<>();
            keys.watch("penstock", state -> told.add(state.values().getOrDefault("penstock", "")));
            awaitQuestions(4);
            assertThat(asked()).startsWith("none", "500", "none", "3");
            eventually(OpenedSource.LIMIT, () -> assertThat(told).containsExactly("before", "after"));
        }
    }

    private static String kv(String text) {
        return "[{\"Key\":\"penstock\",\"Value\":\""
                + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\"}]";
    }

    @Test
    void K08_serverThatIsBackWithoutItsState_isNotBelieved() {
        List<Reply> replies = List.of(
                Reply.index(23, TWO),
                Reply.of(500, "No cluster leader"),
                Reply.index(1, "[]"),
                Reply.index(1, "[]"),
                Reply.index(24, ONE));
        var next = new AtomicInteger();
        consul.script(question -> {
            int i = next.getAndIncrement();
            return i < replies.size() ? replies.get(i) : hang();
        });
        try (var opened = open("/orders")) {
            opened.awaitReady(A.address());
            assertThat(opened.states())
                    .allSatisfy(state -> assertThat(state.endpoints()).isNotEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -4})
    void K09_indexOfZeroOrLess_isAskedAsOne(long index) {
        indexes(index, 6);
        try (var opened = open("/orders")) {
            awaitQuestions(3);
            assertThat(asked()).startsWith("none", "1", "6");
        }
    }

    @Test
    void K09_unchangedIndexAfterATimeout_changesNothing() {
        indexes(5, 5, 5);
        try (var opened = open("/orders")) {
            awaitQuestions(4);
            assertThat(asked()).startsWith("none", "5", "5", "5");
            assertThat(opened.states()).hasSize(1);
            assertThat(opened.current()).isInstanceOf(ServiceState.Ready.class);
        }
    }

    @Test
    void K02_afterTheFirstRead_everyQuestionHasIndexAndWait() {
        consul.put(PATH, ONE);
        try (var opened = open("/orders")) {
            opened.awaitReady(A.address());
            consul.put(PATH, TWO);
            opened.awaitReady(A.address(), B.address());
            awaitQuestions(3);
            List<Question> later =
                    consul.questions().subList(1, consul.questions().size());
            assertThat(later).allSatisfy(question -> {
                assertThat(question.first("index")).matches("[0-9]+");
                assertThat(question.first("wait")).isEqualTo("300000ms");
            });
        }
    }

    @Test
    void K03_question_isForPassingInstances() {
        consul.put(PATH, ONE);
        try (var opened = open("/orders")) {
            opened.awaitReady(A.address());
            assertThat(consul.questions().get(0).path()).isEqualTo(PATH);
            assertThat(consul.questions().get(0).first("passing")).isEqualTo("true");
        }
    }

    @Test
    void K10_options_areAskedAsConsulExpects() {
        try (var opened = Opened.of(
                "consul://" + consul.address()
                        + "/orders?tag=v2&tag=blue&dc=east&stale&near=_agent&wait=30s&tokenEnv=MINE",
                Map.of("MINE", "s3cret"))) {
            awaitQuestions(1);
            Question question = consul.questions().get(0);
            assertThat(question.parameters().get("tag")).containsExactly("v2", "blue");
            assertThat(question.first("dc")).isEqualTo("east");
            assertThat(question.first("near")).isEqualTo("_agent");
            assertThat(question.has("stale")).isTrue();
            assertThat(question.headers().get("X-consul-token")).containsExactly("s3cret");
            assertThat(question.parameters().toString()).doesNotContain("s3cret");
            awaitQuestions(2);
            assertThat(consul.questions().get(1).first("wait")).isEqualTo("30000ms");
        }
    }

    @Test
    void K10_consistent_isAsked() {
        try (var opened = open("/orders?consistent")) {
            awaitQuestions(1);
            assertThat(consul.questions().get(0).has("consistent")).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|No cluster leader|500: No cluster leader",
                "429|Your IP is issuing too many concurrent connections|429: Your IP",
                "403|ACL not found|403: ACL not found",
                "404|404 page not found|404: 404 page not found",
                "200|<html>a captive portal</html>|the answer is no JSON",
                "200|[{\"Node\":|the answer is no JSON",
                "200|{\"a\":1}|the answer is a JSON OBJECT",
            })
    void K08_answerThatIsNone_keepsTheListAndIsSaid(int status, String body, String problem) {
        consul.put(PATH, ONE);
        try (var opened = open("/orders")) {
            opened.awaitReady(A.address());
            consul.script(question -> Reply.of(status, body, "X-Consul-Index", "99"));
            consul.put(PATH, ONE); // ends the question that is held
            opened.await(ServiceState.Stale.class);
            assertThat(((ServiceState.Stale) opened.current()).problem()).startsWith(problem);
            assertThat(opened.endpoints()).hasSize(1);
        }
    }

    @Test
    void K08_afterAFailure_isAskedWithoutIndexAndFollows() {
        consul.put(PATH, ONE);
        try (var opened = open("/orders")) {
            opened.awaitReady(A.address());
            consul.fail("No cluster leader");
            opened.await(ServiceState.Stale.class);
            int failed = consul.questions().size();
            awaitQuestions(failed + 1);
            assertThat(consul.questions().get(failed).has("index")).isFalse();
            consul.put(PATH, TWO);
            opened.awaitReady(A.address(), B.address());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/orders", "/orders?prepared&every=100ms"})
    void K08_answerTooLong_keepsTheListAndIsSaid(String path) {
        consul.put(PATH, ONE);
        consul.put("/v1/query/orders/execute", "{\"Service\":\"orders\",\"Nodes\":" + ONE + "}");
        try (var opened = Opened.of("consul://" + consul.address() + path, new Limits(5, 5, 2_000))) {
            opened.awaitReady(A.address());
            String filler = " ".repeat(3_000);
            consul.put(PATH, filler + TWO);
            consul.put("/v1/query/orders/execute", filler + "{\"Service\":\"orders\",\"Nodes\":" + TWO + "}");
            opened.await(ServiceState.Stale.class);
            assertThat(((ServiceState.Stale) opened.current()).problem())
                    .contains("the answer is larger than 2000 bytes");
            assertThat(opened.endpoints()).hasSize(1);
        }
    }

    @Test
    void K08_entriesOfWrongTypes_areSkippedAndNamed() {
        String good = FakeConsul.entry(A);
        consul.put(
                PATH,
                "[7,null,\"x\",[],{\"Service\":5,\"Node\":true,\"Checks\":\"no\"},"
                        + good.replace("\"Port\":8001", "\"Port\":\"8001\"") + ","
                        + good.replace("\"Port\":8001", "\"Port\":8001000") + ","
                        + good.replace("\"Port\":8001", "\"Port\":1e99") + ","
                        + good.replace("\"Weights\":{", "\"Weights\":{\"Passing\":\"many\",\"x\":{") + "}," + good
                        + "]");
        try (var opened = open("/orders")) {
            opened.awaitReady(A.address());
            assertThat(opened.watch().skipped()).hasSizeGreaterThanOrEqualTo(8);
            assertThat(opened.watch().skipped()).anyMatch(problem -> problem.contains("port: 8001000"));
        }
    }

    @Test
    void K02_moreServicesThanSeats_areReadAgainWhenAHintComes() {
        var limits = new Limits(1, 2, 1 << 20);
        consul.put(PATH, ONE);
        try (var opened = Opened.of("consul://" + consul.address() + "/orders", limits)) {
            opened.awaitReady(A.address());
            var standing = opened.discovery().watch(new ServiceQuery(ServiceName.of("b"), "b", Map.of()), state -> {});
            eventually(
                    OpenedSource.LIMIT, () -> assertThat(standing.current()).isInstanceOf(ServiceState.Absent.class));
            consul.put("/v1/health/service/b", TWO);
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(standing.current().endpoints()).hasSize(2));
            assertThat(consul.questions().stream()
                            .filter(question -> question.path().endsWith("/b"))
                            .noneMatch(question -> question.has("index")))
                    .isTrue();
        }
    }

    @Test
    void K08_truncatedAnswer_keepsTheList() {
        consul.put(PATH, ONE);
        try (var opened = open("/orders")) {
            opened.awaitReady(A.address());
            consul.script(question -> new Reply(200, Map.of("X-Consul-Index", "99"), TWO, 100));
            consul.put(PATH, ONE); // ends the question that is held
            opened.await(ServiceState.Stale.class);
            assertThat(opened.endpoints()).hasSize(1);
        }
    }

    @Test
    void K08_answerFilteredByAcls_isNotBelieved() {
        consul.put(PATH, ONE);
        try (var opened = open("/orders")) {
            opened.awaitReady(A.address());
            consul.hideAll();
            opened.await(ServiceState.Stale.class);
            assertThat(((ServiceState.Stale) opened.current()).problem()).contains("filtered by ACLs");
            assertThat(opened.endpoints()).hasSize(1);
        }
    }

    @Test
    void K06_emptyAnswer_isBelievedAtOnce() {
        consul.put(PATH, ONE);
        try (var opened = open("/orders")) {
            opened.awaitReady(A.address());
            consul.put(PATH, "[]");
            opened.await(ServiceState.Absent.class);
        }
    }

    @Test
    void K06_emptyAnswerUnderTheGuard_isHeldBack() {
        consul.put(PATH, ONE);
        try (var opened = open("/orders?emptyGuard=1s")) {
            opened.awaitReady(A.address());
            consul.put(PATH, "[]");
            opened.await(ServiceState.Stale.class);
            assertThat(opened.endpoints()).hasSize(1);
            opened.await(ServiceState.Absent.class);
            Question confirming = consul.questions().stream()
                    .filter(question -> question.first("wait").matches("[0-9]{1,4}ms"))
                    .findFirst()
                    .orElseThrow();
            assertThat(confirming.has("index")).as("it waits for a change, too").isTrue();
        }
    }

    @Test
    void K06_endpointsBackWithinTheGuard_areTakenAtOnce() {
        consul.put(PATH, ONE);
        try (var opened = open("/orders?emptyGuard=1h")) {
            opened.awaitReady(A.address());
            consul.put(PATH, "[]");
            opened.await(ServiceState.Stale.class);
            consul.put(PATH, TWO);
            opened.awaitReady(A.address(), B.address());
        }
    }

    @Test
    void K07_hostOfSeveralAddresses_isTriedAtAll() {
        consul.put(PATH, ONE);
        try (var opened = Opened.of("consul://localhost:" + consul.port() + "/orders")) {
            opened.awaitReady(A.address());
        }
    }

    @Test
    void K03_maintenance_drainsAndIsGoneWhenDeregistered() {
        consul.put(PATH, TWO);
        try (var opened = open("/orders")) {
            opened.awaitReady(A.address(), B.address());
            String leaving = FakeConsul.entry(B, "critical").replace("service:" + B.id(), "_service_maintenance:b");
            consul.script(question ->
                    question.first("passing").equals("false") ? Reply.index(20, "[" + leaving + "]") : null);
            consul.put(PATH, ONE);
            eventually(
                    OpenedSource.LIMIT,
                    () -> assertThat(opened.endpoints())
                            .anyMatch(endpoint -> endpoint.id().equals(B.id()) && endpoint.phase() == Phase.DRAINING));
            consul.script(question -> question.first("passing").equals("false") ? Reply.index(21, "[]") : null);
            consul.put(PATH, ONE);
            opened.awaitReady(A.address());
        }
    }

    @Test
    void close_whileAQuestionIsHeld_endsItAndEveryThread() {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        consul.put(PATH, ONE);
        var opened = open("/orders");
        opened.awaitReady(A.address());
        eventually(OpenedSource.LIMIT, () -> assertThat(consul.held()).isEqualTo(1));
        opened.close();
        eventually(
                OpenedSource.LIMIT,
                () -> assertThat(Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> !before.contains(thread))
                                .filter(thread -> thread.getName().startsWith("HttpClient-")
                                        || thread.getName().startsWith("penstock-")))
                        .isEmpty());
    }

    @Test
    void K02_serverThatNeverBlocks_isAskedSlowerAndSlower() {
        var pace = new Pace();
        var quick = Duration.ofMillis(1);
        assertThat(pace.after(quick, false, false)).isZero();
        assertThat(pace.after(quick, false, false)).isZero();
        assertThat(pace.after(quick, false, true)).hasMillis(500);
        for (int i = 0; i < 30; i++) {
            assertThat(pace.after(quick, false, false)).isGreaterThanOrEqualTo(Duration.ofMillis(500));
        }
        assertThat(pace.after(quick, false, false)).hasMillis(15_000);
        assertThat(pace.after(quick, true, true)).isZero();
    }
}
