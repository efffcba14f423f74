package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.Penstock;
import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.catalog.HealthSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.outlier.OutlierSpec;
import dev.penstock.proxy.Gateway;
import dev.penstock.retry.BudgetSpec;
import dev.penstock.retry.RetrySpec;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import dev.penstock.testkit.StubConnection;
import dev.penstock.time.Randomness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of retries whatever the rule, the method and the moment of the failure, at sockets that tests hold. */
class RetryPropertyTest {
    private static final String[] NOT_IDEMPOTENT = {"POST", "PATCH", "LOCK", "FOO"};
    private static final RetrySpec QUICK =
            RetrySpec.defaults().withBackoff(RetrySpec.backoff(Duration.ofMillis(1), Duration.ofMillis(1)));
    private static final byte[] BODY = Setup.randomBytes(3, 3_000);

    private final List<AutoCloseable> resources = new ArrayList<>();
    private final EchoBackend b2 = keep(EchoBackend.start("B2"));

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : resources) {
            resource.close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        resources.add(resource);
        return resource;
    }

    /** Nobody is ejected, and the budget is endless: what is counted is what retries do. */
    private static ServiceSpec site(RetrySpec retry) {
        return ServiceSpec.of("site")
                .withRetry(retry.withBudget(new BudgetSpec(1, 10_000)))
                .withHealth(HealthSpec.defaults().withOutliers(OutlierSpec.OFF));
    }

    private Gateway gateway(ServiceSpec spec) {
        return keep(Setup.start(spec));
    }

    static Stream<String> rules() {
        return BalancerRegistry.builtIn().names().stream()
                .filter(name ->
                        !List.of("sticky", "subset", "priority", "zone_aware").contains(name))
                .sorted();
    }

    /** Of n endpoints that all fail, k attempts reach k of them, or each of them before any a second time. */
    @ParameterizedTest
    @MethodSource("rules")
    void F02_everyRule_asksNobodyTwice_whileAnotherIsUntried(String rule) throws Exception {
        List<StubBackend> stubs = Stream.generate(() -> keep(StubBackend.start(StubConnection::close)))
                .limit(5)
                .toList();
        for (int attempts : new int[] {2, 4, 5, 8}) {
            List<Integer> before = stubs.stream().map(StubBackend::connections).toList();
            var spec = site(QUICK.withAttempts(attempts))
                    .withBalancer(rule)
                    .withEndpoints(IntStream.range(0, 5)
                            .mapToObj(i -> Setup.endpoint("" + i, stubs.get(i).port(), 1 + i)
                                    .withPriority(attempts == 5 ? i % 2 : 0))
                            .toList());
            assertThat(Setup.statusOfNewConnection(gateway(spec))).isEqualTo(502);
            List<Integer> asked = IntStream.range(0, 5)
                    .mapToObj(i -> stubs.get(i).connections() - before.get(i))
                    .toList();
            assertThat(asked.stream().mapToInt(i -> i).sum()).as("%s", asked).isEqualTo(attempts);
            assertThat(asked).allMatch(times -> attempts > 5 ? times >= 1 : times <= 1);
        }
    }

    /**
     * The first endpoint breaks the connection after any number of bytes, or none: what it read of them is nothing that the
     * gateway can know. The second sees nothing of it.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4}) // seeds
    void F03_notIdempotent_connectionThatBreaksAtAnyByte_isNeverSentAgain(long seed) throws Exception {
        var chance = new SplittableRandom(seed);
        for (String method : NOT_IDEMPOTENT) {
            String head = method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY.length + "\r\n\r\n";
            int bytes = seed == 1 ? 0 : chance.nextInt(head.length() + BODY.length);
            boolean reset = bytes > 0 && chance.nextBoolean(); // one that is reset at once may look refused
            var stub = keep(StubBackend.start(connection -> {
                connection.read(bytes);
                if (reset) {
                    connection.reset();
                } else {
                    connection.close();
                }
            }));
            var gateway = over(stub, RetrySpec.defaults().withAttempts(10));
            for (int i = 0; i < 5; i++) {
                assertThat(status(gateway, method, head))
                        .as("%s after %d bytes", method, bytes)
                        .isEqualTo(502);
            }
            assertThat(stub.connections()).isEqualTo(5);
        }
        assertThat(b2.requests()).isZero();
    }

    @Test
    void F03_notIdempotent_endpointThatSaysNothing_isNeverSentAgain() throws Exception {
        for (String method : NOT_IDEMPOTENT) {
            var silent = keep(StubBackend.start());
            var gateway = over(silent, RetrySpec.defaults().withTryTimeout(Duration.ofMillis(50)));
            String head = method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY.length + "\r\n\r\n";
            assertThat(status(gateway, method, head)).isEqualTo(504);
            assertThat(silent.connections()).isEqualTo(1);
        }
        assertThat(b2.requests()).isZero();
    }

    /** The stub is asked first, B2 next. */
    private Gateway over(StubBackend stub, RetrySpec retry) {
        return gateway(site(retry)
                .withBalancer("first")
                .withEndpoints(List.of(Setup.endpoint("1", stub.port()), Setup.endpoint("2", b2.port()))));
    }

    private static int status(Gateway gateway, String method, String head) throws IOException {
        try (var client = RawClient.connect(gateway.port())) {
            client.send(head.getBytes(US_ASCII)).send(BODY);
            return client.read(method).status();
        }
    }

    /** With the whole of each wait drawn, two retries take the first wait and its double. */
    @Test
    void backoff_doublesWithEachRetry() throws Exception {
        List<StubBackend> stubs = Stream.generate(() -> keep(StubBackend.start(connection -> {
                    connection.readHead();
                    connection.reset();
                })))
                .limit(2)
                .toList();
        var first = Duration.ofMillis(200);
        var spec = site(RetrySpec.defaults().withBackoff(RetrySpec.backoff(first, Duration.ofSeconds(10))))
                .withBalancer("first")
                .withEndpoints(List.of(
                        Setup.endpoint("1", stubs.get(0).port()),
                        Setup.endpoint("2", stubs.get(1).port()),
                        Setup.endpoint("3", b2.port())));
        var records = new Records();
        try (var penstock = Penstock.builder()
                        .randomness(new Most())
                        .listener(Setup.LISTENER)
                        .service(spec)
                        .route(Match.ALL, "site")
                        .build();
                var gateway =
                        Setup.gateway().penstock(penstock).observer(records).start()) {
            assertThat(Setup.answerer(gateway)).isEqualTo("B2");
            var record = records.next();
            assertThat(record.attempts()).isEqualTo(3);
            assertThat(record.duration()).isGreaterThan(first.multipliedBy(3).minusMillis(5));
        }
    }

    /** Draws the highest numbers there are. */
    private static final class Most implements Randomness {
        @Override
        public long nextLong() {
            return -1;
        }

        @Override
        public Randomness fork() {
            return this;
        }
    }
}
