package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.proxy.Gateway;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.Responder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What RFC 9112 calls invalid is refused with 400 and a closed connection, and reaches no endpoint. */
class MalformedRequestTest {
    private static EchoBackend backend;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        backend = EchoBackend.start("B1");
        gateway = Setup.over(backend);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        backend.close();
    }

    private static String post(String headers, String body) {
        return "POST /x HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n" + body;
    }

    private static String get(String headers) {
        return "GET /x HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n";
    }

    /** Refused by their heads alone. */
    static final List<String> HEADS = List.of(
            // Framing (RFC 9112, 6.1 and 6.3)
            post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
            post("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"),
            post("Content-Length: 3\r\nContent-Length: 4", "abcd"),
            post("Content-Length: 3, 4", "abc"),
            post("Content-Length: +3", "abc"),
            post("Content-Length: -3", "abc"),
            post("Content-Length: 0x3", "abc"),
            post("Content-Length: 3a", "abc"),
            post("Content-Length: 3 3", "abc"),
            post("Content-Length:", "abc"),
            post("Content-Length: 99999999999999999999", "abc"),
            post("Transfer-Encoding: identity", "abc"),
            post("Transfer-Encoding: gzip", "abc"),
            post("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
            post("Transfer-Encoding: identity, chunked", "0\r\n\r\n"),
            post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n"),
            post("Transfer-Encoding: xchunked", "0\r\n\r\n"),
            post("Transfer-Encoding: chunked, xchunked", "0\r\n\r\n"),
            post("Transfer-Encoding: \u000bchunked", "0\r\n\r\n"),
            post("Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
            post("Transfer-Encoding: chunked;q=1", "0\r\n\r\n"),
            post("Transfer-Encoding:", "abc"),
            post("Transfer-Encoding : chunked\r\nContent-Length: 3", "abc"),
            post("Transfer-Encoding\t: chunked", "0\r\n\r\n"),
            post(" Transfer-Encoding: chunked", "0\r\n\r\n"),
            post("X: y\r\n Transfer-Encoding: chunked", "0\r\n\r\n"),
            "POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
            // Header fields (RFC 9110, 5.5; RFC 9112, 5)
            get("Foo"),
            get("Foo bar: b"),
            get("Foo : b"),
            get(": b"),
            get("F\u0000o: b"),
            get("F\u0001o: b"),
            get("F(o): b"),
            get("Foo: b\u0000c"),
            get("Foo: b\u0007c"),
            get("Foo: b\u007fc"),
            get("Foo: b\rc"),
            get("Foo: b\r\n folded"),
            get("Foo: b\r\n\tfolded"),
            "GET /x HTTP/1.1\r\nHost: a\nFoo: b\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a\r\nFoo: b\n\r\n",
            "GET /x HTTP/1.1\nHost: a\n\n",
            "GET /x HTTP/1.1\r\rHost: a\r\r",
            "GET /x HTTP/1.1\r\n Host: a\r\n\r\n",
            // Host (RFC 9112, 3.2)
            "GET /x HTTP/1.1\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a b\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a,b\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: u@a\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a:b\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a:99999\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: [::1\r\n\r\n",
            // Request line (RFC 9112, 3)
            "GET  /x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x  HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET\t/x HTTP/1.1\r\nHost: a\r\n\r\n",
            " GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x y HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x HTTP/1.1 \r\nHost: a\r\n\r\n",
            "GET /x\r\nHost: a\r\n\r\n",
            "GET HTTP/1.1\r\nHost: a\r\n\r\n",
            "G(T /x HTTP/1.1\r\nHost: a\r\n\r\n",
            "\u0000GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x#y HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x\u0000 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x\u0007 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x http/1.1\r\nHost: a\r\n\r\n",
            "GET /x HTTP/1.11\r\nHost: a\r\n\r\n",
            "GET /x HTTP/01.1\r\nHost: a\r\n\r\n",
            "GET /x HTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x HTTP/1,1\r\nHost: a\r\n\r\n");

    /** The head is good: the endpoint may have seen it, but never a whole request. */
    static final List<String> CHUNKS = List.of(
            "x\r\nabc\r\n0\r\n\r\n",
            "-3\r\nabc\r\n0\r\n\r\n",
            "0x3\r\nabc\r\n0\r\n\r\n",
            "3 \r\nabc\r\n0\r\n\r\n",
            "3\u0000\r\nabc\r\n0\r\n\r\n",
            "\r\nabc\r\n0\r\n\r\n",
            "3\r\nabcd\r\n0\r\n\r\n",
            "3\r\nabc0\r\n\r\n",
            "3\nabc\r\n0\r\n\r\n",
            "3;a\nb\r\nabc\r\n0\r\n\r\n",
            "3;a=\"\r\nfoo\"\r\nabc\r\n0\r\n\r\n",
            "100000003\r\nabc\r\n0\r\n\r\n",
            "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
            "3\r\nabc\r\n0\r\nBad Trailer: x\r\n\r\n",
            "3\r\nabc\r\n0\r\nContent-Length : 3\r\n\r\n");

    @ParameterizedTest
    @FieldSource("HEADS")
    void H14_head_thatIsMalformed_gets400_andReachesNoEndpoint(String request) throws Exception {
        int before = backend.requests();
        try (var client = RawClient.connect(gateway.port())) {
            client.send(request);
            var response = client.read();

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.headers("Connection")).containsExactly("close");
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(backend.requests()).isEqualTo(before);
    }

    @ParameterizedTest
    @FieldSource("CHUNKS")
    void H14_chunk_thatIsMalformed_neverMakesAWholeRequest(String body) throws Exception {
        var whole = new AtomicInteger();
        backend.answer(exchange -> {
            exchange.readBody();
            whole.incrementAndGet();
            exchange.respond(200, new byte[0]);
        });
        try (var client = RawClient.connect(gateway.port())) {
            client.send(post("Transfer-Encoding: chunked", body) + get("Foo: smuggled"));
            var response = client.read();

            assertThat(response.status()).isEqualTo(400);
            assertThat(client.readToEnd()).isEmpty();
        }
        assertThat(whole).hasValue(0);
        assertThat(backend.heads()).noneMatch(head -> head.header("Foo").isPresent());
    }

    @Test
    void version_thatIsNotSpokenHere_gets505() throws Exception {
        assertThat(refusedBeforeTheEndpoint("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo(505);
        assertThat(refusedBeforeTheEndpoint("GET / HTTP/3.0\r\nHost: a\r\n\r\n"))
                .isEqualTo(505);
    }

    @ParameterizedTest
    @ValueSource(ints = {8 << 10, 64 << 10})
    void requestLine_thatIsTooLong_gets414(int length) throws Exception {
        assertThat(refusedBeforeTheEndpoint("GET /" + "x".repeat(length) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo(414);
    }

    @Test
    void headers_thatAreTooLongOrTooMany_get431() throws Exception {
        assertThat(refusedBeforeTheEndpoint(get("Foo: " + "x".repeat(32 << 10))))
                .isEqualTo(431);
        assertThat(refusedBeforeTheEndpoint(get("Foo: x\r\n".repeat(100) + "Bar: y")))
                .isEqualTo(431);
    }

    private static int refusedBeforeTheEndpoint(String request) throws Exception {
        int before = backend.requests();
        try (var client = RawClient.connect(gateway.port())) {
            int status = client.exchange(request).status();
            assertThat(client.readToEnd()).isEmpty();
            assertThat(backend.requests()).isEqualTo(before);
            return status;
        }
    }

    @Test
    void goodRequests_nextToTheBadOnes_areServed() throws Exception {
        backend.answer(Responder.echo());
        for (String request : List.of(
                "\r\n" + get("Foo: b"),
                get("Foo: \tb \t"),
                get("Foo:"),
                get("F!#$%&'*+-.^_`|~o: b"),
                get("Foo: caf\u00e9"),
                post("Content-Length: 3", "abc"),
                post("transfer-encoding: CHUNKED", "3\r\nabc\r\n0\r\n\r\n"),
                post("Transfer-Encoding: chunked", "000003;ext=\"v\"\r\nabc\r\n0\r\n\r\n"),
                "GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")) {
            try (var client = RawClient.connect(gateway.port())) {
                assertThat(client.exchange(request).status()).as(request).isEqualTo(200);
                assertThat(client.get("a", "/").status()).as("after " + request).isEqualTo(200);
            }
        }
    }
}
