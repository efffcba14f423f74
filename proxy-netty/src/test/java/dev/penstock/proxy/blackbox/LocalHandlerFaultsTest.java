package dev.penstock.proxy.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.proxy.Ending;
import dev.penstock.proxy.LocalAnswer;
import dev.penstock.proxy.LocalHandler;
import dev.penstock.proxy.LocalStream;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalHandlerFaultsTest {
    static Stream<Named<LocalHandler>> faulty() {
        return Stream.of(
                Named.of("exception", request -> {
                    throw new IllegalStateException("meant");
                }),
                Named.of("error", request -> {
                    throw new AssertionError("meant");
                }),
                Named.of("header", request -> LocalAnswer.of(200, Map.of("X-Split", "a\r\nB: c"), "x")),
                Named.of("name", request -> LocalAnswer.of(200, Map.of("X Y", "a"), "x")));
    }

    @ParameterizedTest
    @MethodSource("faulty")
    void handlerThatFails_gets500_andTheConnectionLives(LocalHandler handler) throws Exception {
        try (var gateway = Setup.gateway()
                        .listener(Setup.LISTENER)
                        .handler("web", handler)
                        .start();
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.get("a", "/1").status()).isEqualTo(500);
            assertThat(client.get("a", "/2").status()).isEqualTo(500);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void answersWithoutABody_tellNoLength_andTheConnectionLives(int status) throws Exception {
        try (var gateway = Setup.gateway()
                        .listener(Setup.LISTENER)
                        .handler("web", request -> LocalAnswer.of(status, Map.of("Content-Length", "0"), ""))
                        .start();
                var client = RawClient.connect(gateway.port())) {
            assertThat(client.get("a", "/1").header("Content-Length")).isEmpty();
            assertThat(client.get("a", "/2").status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,200,4", "HEAD,200,0", "GET,204,0", "GET,304,0"})
    void S06_bytesOfAnAnswer_areThoseThatAreSent(String method, int status, long bytes) throws Exception {
        var records = new Records();
        try (var gateway = Setup.gateway()
                        .listener(Setup.LISTENER)
                        .handler("web", request -> LocalAnswer.of(status, Map.of(), "text"))
                        .observer(records)
                        .start();
                var client = RawClient.connect(gateway.port())) {
            client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.read(method).status()).isEqualTo(status);
            assertThat(records.next().sentBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void answerInPieces_hasTheLengthOfAll_andTheConnectionLives() throws Exception {
        byte[] piece = "0123456789".repeat(10_000).getBytes(UTF_8);
        try (var gateway = Setup.gateway()
                        .listener(Setup.LISTENER)
                        .handler(
                                "web",
                                request -> LocalAnswer.of(200, Map.of(), List.of(piece, new byte[0], piece, piece)))
                        .start();
                var client = RawClient.connect(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                RawResponse answer = client.get("a", "/");
                assertThat(answer.header("Content-Length")).hasValue("300000");
                assertThat(answer.text()).isEqualTo("0123456789".repeat(30_000));
            }
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.read("HEAD").header("Content-Length")).hasValue("300000");
            assertThat(client.get("a", "/").status()).isEqualTo(200);
        }
    }

    @Test
    void S06_streamThatBreaks_isTheProxysFault_notTheClients() throws Exception {
        var records = new Records();
        var broken = new LocalStream() {
            @Override
            public byte[] next() {
                throw new IllegalStateException("meant");
            }

            @Override
            public void close() {}
        };
        try (var gateway = Setup.gateway()
                        .listener(Setup.LISTENER)
                        .handler("web", request -> LocalAnswer.streamed(Map.of(), broken, Duration.ofMillis(20)))
                        .observer(records)
                        .start();
                var client = RawClient.connect(gateway.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readToEnd();
            var record = records.next();
            assertThat(record.reason()).isEqualTo("proxy_internal_error");
            assertThat(record.ending().by()).isEqualTo(Ending.By.PROXY);
        }
    }
}
