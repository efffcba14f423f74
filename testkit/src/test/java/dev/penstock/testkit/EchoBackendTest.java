package dev.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EchoBackendTest {
    @Test
    void get_ofAnyTarget_isEchoedRaw() throws Exception {
        try (var backend = EchoBackend.start("B1");
                var client = RawClient.connect(backend.port())) {
            var response = client.exchange("GET /a/b%2Fc/?x=1&y=%20 HTTP/1.1\r\nHOST: x:1\r\nA:  b \r\na: c\r\n\r\n");

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("x-backend")).contains("B1");
            assertThat(response.echo().backend()).isEqualTo("B1");
            assertThat(response.echo().head().method()).isEqualTo("GET");
            assertThat(response.echo().head().path()).isEqualTo("/a/b%2Fc/");
            assertThat(response.echo().head().query()).contains("x=1&y=%20");
            assertThat(response.echo().head().headers())
                    .containsExactly(new Header("HOST", "x:1"), new Header("A", "b"), new Header("a", "c"));
        }
    }

    @Test
    void connection_ofManyRequests_isKept() throws Exception {
        try (var backend = EchoBackend.start("B1");
                var client = RawClient.connect(backend.port())) {
            client.exchange("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
            var second = client.exchange(
                    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\nT: u\r\n\r\n");

            assertThat(second.echo().body()).asString().isEqualTo("de");
            assertThat(backend.requests()).isEqualTo(2);
            assertThat(backend.connections()).isEqualTo(1);
            assertThat(backend.openConnections()).isEqualTo(1);
            assertThat(backend.heads()).hasSize(2);
        }
    }

    @Test
    void head_orNoContent_hasNoBody() throws Exception {
        try (var backend = EchoBackend.start("B1");
                var client = RawClient.connect(backend.port())) {
            var head = client.exchange("HEAD / HTTP/1.1\r\n\r\n");
            backend.answer(Responder.fixed(204, "", new Header("A", "b")));
            var noContent = client.exchange("GET / HTTP/1.1\r\n\r\n");

            assertThat(head.body()).isEmpty();
            assertThat(head.header("Content-Length")).isPresent();
            assertThat(noContent.status()).isEqualTo(204);
            assertThat(noContent.headers()).containsExactly(new Header("A", "b"));
        }
    }

    @Test
    void expectContinue_beforeTheBody_isAnsweredWith100() throws Exception {
        try (var backend = EchoBackend.start("B1");
                var client = RawClient.connect(backend.port())) {
            client.send("PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            var interim = client.readAny("PUT");
            var last = client.send("hi").read();

            assertThat(interim.status()).isEqualTo(100);
            assertThat(last.echo().body()).asString().isEqualTo("hi");
        }
    }

    @Test
    void hold_untilReleased_keepsRequestsInFlight() throws Exception {
        try (var backend = EchoBackend.start("B1");
                var client = RawClient.connect(backend.port())) {
            backend.hold();
            client.send("GET / HTTP/1.1\r\n\r\n");
            backend.awaitHeld(1);
            int inFlight = backend.inFlight();
            backend.release();

            assertThat(inFlight).isEqualTo(1);
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(backend.mostInFlight()).isEqualTo(1);
        }
    }

    @Test
    void chunks_asTheResponderSendsThem_comeWithTrailers() throws Exception {
        try (var backend = EchoBackend.start("B1", exchange -> {
                    exchange.startChunked(200, new Header("A", "b"));
                    exchange.chunk("one");
                    exchange.chunk("two");
                    exchange.endChunked(new Header("T", "u"));
                });
                var client = RawClient.connect(backend.port())) {
            var response = client.exchange("GET / HTTP/1.1\r\n\r\n");

            assertThat(response.text()).isEqualTo("onetwo");
            assertThat(response.trailers()).containsExactly(new Header("T", "u"));
        }
    }

    @Test
    void refuse_untilAcceptingAgain_refusesNewConnectionsOnly() throws Exception {
        try (var backend = EchoBackend.start("B1");
                var client = RawClient.connect(backend.port())) {
            client.exchange("GET / HTTP/1.1\r\n\r\n");
            backend.refuse();

            assertThat(client.exchange("GET / HTTP/1.1\r\n\r\n").status()).isEqualTo(200);
            assertThatThrownBy(() -> RawClient.connect(backend.port())).isInstanceOf(UncheckedIOException.class);
            backend.accept();
            try (var again = RawClient.connect(backend.port())) {
                assertThat(again.get("a", "/").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void closeAndReset_ofAnExchange_endTheConnection() throws Exception {
        try (var backend = EchoBackend.start("B1", BackendExchange::reset)) {
            for (Responder ending : List.<Responder>of(BackendExchange::reset, BackendExchange::close)) {
                backend.answer(ending);
                try (var client = RawClient.connect(backend.port())) {
                    client.send("GET / HTTP/1.1\r\n\r\n");
                    assertThat(client.readToEnd()).isEmpty();
                }
            }
        }
    }
}
