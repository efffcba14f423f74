package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.penstock.Penstock;
import dev.penstock.catalog.ClientTimeouts;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.route.Match;
import dev.penstock.testkit.DeadAddress;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Eventually;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.StubBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GatewayTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String SWITCH =
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    @Test
    void clientThatStopsSending_getsTheAnswersToAllItHasPipelined() throws Exception {
        try (var backend = EchoBackend.start("B1");
                var gateway = Proxied.to(backend.address());
                var client = RawClient.connect(gateway.port())) {
            client.send(GET.repeat(5)).halfClose();

            for (int i = 0; i < 5; i++) {
                assertThat(client.read().status()).isEqualTo(200);
            }
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @RepeatedTest(10) // chance decides whether a write finds the socket full
    void clientThatStopsSending_andReadsSlowly_getsTheWholeAnswer() throws Exception {
        byte[] content = new byte[8 << 20];
        try (var backend = EchoBackend.start("B1", exchange -> exchange.respond(200, content));
                var gateway = Proxied.to(backend.address());
                var client = RawClient.connectSlowReader(gateway.port(), 16 << 10)) {
            client.send(GET).halfClose();

            assertThat(client.read().body()).hasSameSizeAs(content);
        }
    }

    @Test
    void clientThatStopsSendingInABody_isGivenUp_andTheEndpointToldSo() throws Exception {
        try (var backend = StubBackend.start();
                var gateway = Proxied.to(backend.address());
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
            var connection = backend.accept();
            connection.readThrough("hel");
            client.halfClose();

            assertThat(connection.readToEnd()).isEmpty();
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    @Timeout(60)
    void clientThatStopsSending_andThenResets_leavesNothing() throws Exception {
        try (var backend = StubBackend.start();
                var gateway = Proxied.to(backend.address())) {
            var client = RawClient.connect(gateway.port()).send(GET).halfClose();
            var connection = backend.accept();
            connection.readHead();
            client.reset();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");

            assertThatThrownBy(() -> {
                        while (true) {
                            connection.send("400\r\n" + "x".repeat(1024) + "\r\n");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void H11_bytesSentAheadOfTheSwitch_reachTheEndpointOnlyAfterIt() throws Exception {
        try (var backend = StubBackend.start();
                var gateway = Proxied.to(backend.address());
                var client = RawClient.connect(gateway.port())) {
            client.send(SWITCH + "early");
            var connection = backend.accept();
            assertThat(connection.readHead()).containsIgnoringCase("connection: upgrade");
            assertThat(connection.receivedText()).doesNotContain("early");
            connection.send(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nfirst");

            assertThat(client.readHead()).contains("101").containsIgnoringCase("upgrade: websocket");
            assertThat(new String(client.input().readNBytes(5), ISO_8859_1)).isEqualTo("first");
            assertThat(new String(connection.read(5), ISO_8859_1)).isEqualTo("early");

            connection.halfClose();
            assertThat(client.readToEnd()).isEmpty();
            client.send("late").halfClose();
            assertThat(new String(connection.readToEnd(), ISO_8859_1)).isEqualTo("late");
        }
    }

    @Test
    void H11_refusedSwitchWithBytesSentAhead_endsTheConnection_andRunsNoneOfThem() throws Exception {
        try (var backend = StubBackend.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                var gateway = Proxied.to(backend.address());
                var client = RawClient.connect(gateway.port())) {
            client.send(SWITCH + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(client.read().status()).isEqualTo(403);
            assertThat(client.readToEnd()).isEmpty();
            assertThat(backend.connections()).isEqualTo(1);
        }
    }

    @Test
    void H11_switchThatNobodyAskedFor_gets502() throws Exception {
        try (var backend = StubBackend.answering(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
                var gateway = Proxied.to(backend.address());
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.exchange(GET).status()).isEqualTo(502);
        }
    }

    @Test
    void H14_interimAnswers_reachAnHttp11Client_andNoHttp10Client() throws Exception {
        try (var backend = StubBackend.answering("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK);
                var gateway = Proxied.to(backend.address());
                var newer = RawClient.connect(gateway.port());
                var older = RawClient.connect(gateway.port())) {
            newer.send(GET);
            assertThat(newer.readAny("GET").status()).isEqualTo(103);
            assertThat(newer.readAny("GET").status()).isEqualTo(200);
            older.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(older.readAny("GET").status()).isEqualTo(200);
        }
    }

    @Test
    void H14_finalAnswerInPlaceOfContinue_isPassedOn_andEndsBothConnections() throws Exception {
        try (var backend = StubBackend.start();
                var gateway = Proxied.to(backend.address());
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            var connection = backend.accept();
            assertThat(connection.readHead()).containsIgnoringCase("expect: 100-continue");
            connection.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");

            var response = client.read();
            assertThat(response.status()).isEqualTo(417);
            assertThat(response.header("Connection")).contains("close");
            assertThat(client.readToEnd()).isEmpty();
            assertThat(connection.readToEnd()).isEmpty();
        }
    }

    @Test
    void body_beyondTheLimit_gets413_alsoInChunks() throws Exception {
        var listener = Proxied.listener();
        try (var backend = EchoBackend.start("B1");
                var gateway = Proxied.to(
                        UnaryOperator.identity(),
                        listener.withLimits(listener.limits().withBodyBytes(10)),
                        backend.address());
                var declared = RawClient.connect(gateway.port());
                var chunked = RawClient.connect(gateway.port());
                var fitting = RawClient.connect(gateway.port())) {
            assertThat(declared.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n")
                            .status())
                    .isEqualTo(413);
            assertThat(chunked.exchange(CHUNKED + "6\r\nabcdef\r\n5\r\nabcde\r\n")
                            .status())
                    .isEqualTo(413);
            assertThat(fitting.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void clientRefusedInTheMiddleOfAChunkedBody_isGoneOnceItLeaves() throws Exception {
        var listener = Proxied.listener();
        try (var backend = EchoBackend.start("B1");
                var gateway = Proxied.to(
                        UnaryOperator.identity(),
                        listener.withLimits(listener.limits().withBodyBytes(10)),
                        backend.address())) {
            var client = RawClient.connect(gateway.port());
            assertThat(client.exchange(CHUNKED + "6\r\nabcdef\r\n5\r\nabcde\r\n")
                            .status())
                    .isEqualTo(413);
            client.close();

            // Before it waited to be read, for 30 s.
            Eventually.eventually(
                    Proxied.SOON,
                    () -> assertThat(gateway.status("web").connections()).isZero());
        }
    }

    @Test
    void body_thatStopsComing_gets408() throws Exception {
        var listener = Proxied.listener().withTimeouts(ClientTimeouts.defaults().withBody(Duration.ofMillis(200)));
        try (var backend = EchoBackend.start("B1");
                var gateway = Proxied.to(UnaryOperator.identity(), listener, backend.address());
                var client = RawClient.connect(gateway.port())) {
            var response = client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");

            assertThat(response.status()).isEqualTo(408);
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    void clientThatReadsNothing_isCutAfterTheWriteTimeout() throws Exception {
        var listener = Proxied.listener().withTimeouts(ClientTimeouts.defaults().withWrite(Duration.ofMillis(300)));
        try (var backend = EchoBackend.start("B1", exchange -> {
                    exchange.startChunked(200);
                    for (int i = 0; i < 1_000; i++) {
                        exchange.chunk("x".repeat(100_000));
                    }
                    exchange.endChunked();
                });
                var gateway = Proxied.to(UnaryOperator.identity(), listener, backend.address());
                var client = RawClient.connectSlowReader(gateway.port(), 4096)) {
            client.send(GET);

            Eventually.eventually(Proxied.SOON, () -> {
                assertThat(backend.requests()).isEqualTo(1);
                assertThat(backend.openConnections()).isZero();
            });
            assertThat(client.readToEnd()).hasSizeLessThan(100_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"})
    void answer_thatBreaksOff_neverLooksWhole(String rest) throws Exception {
        for (String version : List.of("1.0", "1.1")) {
            try (var backend = StubBackend.start(connection -> {
                        connection.readHead();
                        connection.send("HTTP/1.1 200 OK\r\n" + rest);
                    });
                    var gateway = Proxied.to(backend.address());
                    var client = RawClient.connect(gateway.port())) {
                client.send("GET / HTTP/" + version + "\r\nHost: a\r\n\r\n");

                assertThat(catchEnd(client)).isInstanceOf(IOException.class);
            }
        }
    }

    private static Throwable catchEnd(RawClient client) {
        return catchThrowable(client::read);
    }

    @Test
    void F01_allEndpointsRefusing_get502_andUnanswering504() throws Exception {
        try (var refusing = DeadAddress.refusing();
                var unanswering = DeadAddress.unanswering();
                var refused = Proxied.to(refusing.address());
                var late = Proxied.to(
                        timeouts -> timeouts.withConnect(Duration.ofMillis(100)),
                        Proxied.listener(),
                        unanswering.address());
                var one = RawClient.connect(refused.port());
                var other = RawClient.connect(late.port())) {
            var first = one.exchange(GET);
            assertThat(first.status()).isEqualTo(502);
            assertThat(first.header("Proxy-Status")).contains("penstock; error=connection_refused");
            assertThat(first.text()).isEqualTo("Bad Gateway\n");
            assertThat(one.exchange(GET).status()).isEqualTo(502);
            var second = other.exchange(GET);
            assertThat(second.status()).isEqualTo(504);
            assertThat(second.header("Proxy-Status")).contains("penstock; error=connection_timeout");
        }
    }

    @Test
    void F01_endpointOfSeveralAddresses_isReachedByTheOneThatAnswers() throws Exception {
        var addresses = List.of(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 2}),
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        try (var backend = EchoBackend.start("B1");
                var penstock = Penstock.builder()
                        .hosts(host -> addresses)
                        .listener(Proxied.listener())
                        .service(ServiceSpec.of("site", "two.test:" + backend.port()))
                        .route(Match.ALL, "site")
                        .build();
                var gateway = Proxied.builder().penstock(penstock).start();
                var client = RawClient.connect(gateway.port())) {
            Eventually.eventually(
                    Proxied.SOON,
                    () -> assertThat(penstock.table()
                                    .services()
                                    .get(0)
                                    .snapshot()
                                    .eligible())
                            .isNotEmpty());

            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void localHandler_answersItsListener_offTheLoop_andNothingIsRouted() throws Exception {
        var threads = new CopyOnWriteArrayList<String>();
        try (var gateway = Proxied.builder()
                        .listen("127.0.0.1:0")
                        .handler("127.0.0.1:0", request -> {
                            threads.add(Thread.currentThread().getName());
                            if (request.path().equals("/broken")) {
                                throw new IllegalStateException("on purpose");
                            }
                            String text = request.method()
                                    + request.path()
                                    + request.query()
                                    + request.header("x-a").orElse("-")
                                    + new String(request.body(), ISO_8859_1);
                            return LocalAnswer.of(201, Map.of("Content-Type", "text/plain"), text);
                        })
                        .start();
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.exchange("POST /p?q HTTP/1.1\r\nHost: a\r\nX-A: v\r\nContent-Length: 4\r\n\r\nbody")
                            .text())
                    .isEqualTo("POST/pqvbody");
            assertThat(client.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(201);
            assertThat(client.exchange("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n")
                            .status())
                    .isEqualTo(500);
            assertThat(client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n")
                            .status())
                    .isEqualTo(413);
            assertThat(threads).hasSize(3).noneMatch(name -> name.contains("loop"));
        }
    }

    @Test
    void observer_isToldOfEachExchange_oneRecord() throws Exception {
        var records = new CopyOnWriteArrayList<ExchangeRecord>();
        try (var backend = EchoBackend.start("B1");
                var gateway = Proxied.builder()
                        .listener(Proxied.listener())
                        .service(ServiceSpec.of("site", backend.address()))
                        .route(Match.ALL.withHost("known"), "site")
                        .observer(records::add)
                        .start();
                var client = RawClient.connect(gateway.port())) {
            client.exchange("POST /p?secret=1 HTTP/1.1\r\nHost: Known:1\r\nContent-Length: 5\r\n\r\nhello");
            client.exchange("GET /x HTTP/1.1\r\nHost: unknown\r\n\r\n");

            Eventually.eventually(Proxied.SOON, () -> assertThat(records).hasSize(2));
            var first = records.get(0);
            assertThat(first.listener()).isEqualTo("web");
            assertThat(first.client()).isEqualTo("127.0.0.1");
            assertThat(first.method() + first.host() + first.path()).isEqualTo("POSTknown/p");
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.service() + first.endpoint()).isEqualTo("site" + backend.address());
            assertThat(first.attempts()).isEqualTo(1);
            assertThat(first.receivedBytes()).isEqualTo(5);
            assertThat(first.sentBytes()).isPositive();
            assertThat(first.duration()).isPositive();
            assertThat(first.reason()).isEmpty();
            assertThat(records.get(1).status()).isEqualTo(404);
            assertThat(records.get(1).reason()).isEqualTo("destination_not_found");
            assertThat(gateway.droppedRecords()).isZero();
        }
    }

    @Test
    void F21_routerThatThrows_getsAnErrorAnswer_andTheNextRequestToo() throws Exception {
        try (var backend = EchoBackend.start("B1");
                var penstock = Penstock.builder()
                        .listener(Proxied.listener())
                        .service(ServiceSpec.of("site", backend.address()))
                        .route(Match.ALL, "site")
                        .router(request -> {
                            throw new IllegalStateException("on purpose");
                        })
                        .build();
                var gateway = Proxied.builder().penstock(penstock).start();
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.exchange(GET).status()).isEqualTo(503);
            assertThat(client.exchange(GET).status()).isEqualTo(503);
        }
    }
}
