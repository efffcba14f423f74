package dev.penstock.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testkit.BackendExchange;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Header;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.StubBackend;
import dev.penstock.testkit.StubConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How messages are framed on their way through the packaged program. */
class EdgeFramingIT {
    /** Method, and the answer: what is asked for is its place in this list. */
    private static final List<List<String>> ANSWERS = List.of(
            List.of("HEAD", "200 OK", "Content-Length: 5", "", ""),
            List.of("HEAD", "200 OK", "Transfer-Encoding: chunked", "", ""),
            List.of("HEAD", "404 Not Found", "A: b", "", ""),
            List.of("GET", "204 No Content", "A: b", "", ""),
            List.of("DELETE", "204 No Content", "A: b", "", ""),
            List.of("GET", "304 Not Modified", "ETag: \"a\"", "", ""),
            List.of("GET", "304 Not Modified", "Content-Length: 5", "ETag: \"a\"", "", ""),
            List.of("GET", "200 OK", "Content-Length: 0", "", ""),
            List.of("GET", "200 OK", "Content-Length: 5", "", "hello"),
            List.of("GET", "200 OK", "Transfer-Encoding: chunked", "", "0", "", ""),
            List.of("GET", "200 OK", "Transfer-Encoding: chunked", "", "5", "hello", "1", "!", "0", "", ""),
            List.of("GET", "200 OK", "Transfer-Encoding: chunked", "", "5", "hello", "0", "T: u", "V: w", "", ""),
            List.of("POST", "500 Broken", "Content-Length: 2", "", "no"));

    private static final StubBackend FRAMING = StubBackend.start(EdgeFramingIT::answer);
    private static final StubBackend ASKED = StubBackend.start();
    private static final EchoBackend TOLD = EchoBackend.start("told", EdgeFramingIT::tell);
    private static Packaged program;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("framing.yaml"), """
                listeners: [{address: 127.0.0.1:0, name: web}]
                admin: off
                drain: 0s
                routes:
                  - {host: framing.test, service: framing}
                  - {host: asked.test, service: asked}
                  - {host: told.test, service: told}
                services:
                  framing: {endpoints: FRAMING}
                  asked: {endpoints: ASKED}
                  told: {endpoints: TOLD}
                """.replace("FRAMING", FRAMING.address())
                .replace("ASKED", ASKED.address())
                .replace("TOLD", TOLD.address()));
        program = Packaged.start("run", "-f", file.toString());
        connect().close();
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            program.signal("TERM");
            assertThat(program.status()).as(program.err()).isZero();
        } finally {
            program.close();
            FRAMING.close();
            ASKED.close();
            TOLD.close();
        }
    }

    private static RawClient connect() {
        return RawClient.connect(program.port("web http://127.0.0.1:"));
    }

    // ---- answers

    private static void answer(StubConnection connection) throws IOException {
        while (true) {
            String target = connection.readHead().split(" ", 3)[1];
            List<String> answer = ANSWERS.get(Integer.parseInt(target.substring(1)));
            connection.send("HTTP/1.1 " + String.join("\r\n", answer.subList(1, answer.size())));
        }
    }

    static IntStream places() {
        return IntStream.range(0, ANSWERS.size());
    }

    @ParameterizedTest
    @MethodSource("places")
    void H14_answer_isWhatTheEndpointGivesDirectly(int place) throws Exception {
        String method = ANSWERS.get(place).get(0);
        String request = method + " /" + place + " HTTP/1.1\r\nHost: framing.test\r\n"
                + (method.equals("POST") ? "Content-Length: 0\r\n" : "") + "\r\n";
        try (var direct = RawClient.connect(FRAMING.port());
                var proxied = connect()) {
            for (int i = 0; i < 2; i++) { // the second one shows that the connection stayed in step
                RawResponse expected = direct.exchange(request);
                RawResponse actual = proxied.exchange(request);
                assertThat(actual.status()).isEqualTo(expected.status());
                assertThat(actual.reason()).isEqualTo(expected.reason());
                assertThat(actual.body()).isEqualTo(expected.body());
                assertThat(actual.trailers()).isEqualTo(expected.trailers());
                assertThat(named(actual)).isEqualTo(named(expected));
            }
        }
    }

    /** The fields but that of the connection, which each connection has for itself. */
    private static List<Header> named(RawResponse response) {
        return response.headers().stream()
                .map(header -> new Header(header.name().toLowerCase(Locale.ROOT), header.value()))
                .filter(header -> !header.name().equals("transfer-encoding"))
                .toList();
    }

    // ---- requests

    /** Tells how the request was framed, its body and its trailers. */
    private static void tell(BackendExchange exchange) throws IOException {
        String body = new String(exchange.readBody(), StandardCharsets.UTF_8);
        String told = exchange.head().headers("Content-Length") + " "
                + exchange.head().headers("Transfer-Encoding") + " " + body + " " + exchange.trailers();
        exchange.respond(200, told.getBytes(StandardCharsets.UTF_8));
    }

    private static String told(String request) throws IOException {
        try (var client = connect()) {
            return client.exchange(request).text();
        }
    }

    @Test
    void H14_chunkedRequest_withTrailers_reachesTheEndpointWhole() throws Exception {
        String head = "POST / HTTP/1.1\r\nHost: told.test\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertThat(told(head + "5\r\nhello\r\n7;ext=1\r\n, world\r\n0\r\nX-Sum: 12\r\n\r\n"))
                .isEqualTo("[] [chunked] hello, world " + List.of(new Header("X-Sum", "12")));
        assertThat(told(head + "0\r\n\r\n")).isEqualTo("[] [chunked]  []");
    }

    @Test
    void H14_emptyBody_withLengthZero_andNone_areForwardedAsSuch() throws Exception {
        assertThat(told("POST / HTTP/1.1\r\nHost: told.test\r\nContent-Length: 0\r\n\r\n"))
                .isEqualTo("[0] []  []");
        assertThat(told("GET / HTTP/1.1\r\nHost: told.test\r\n\r\n")).isEqualTo("[] []  []");
    }

    @Test
    void H14_expectContinue_isAnsweredByTheEndpoint_notByTheProgram() throws Exception {
        try (var client = connect()) {
            client.send("PUT / HTTP/1.1\r\nHost: asked.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            try (var upstream = ASKED.accept()) {
                assertThat(upstream.readHead()).containsIgnoringCase("\r\nExpect: 100-continue\r\n");
                assertThat(client.staysSilent(Duration.ofMillis(200))).isTrue();

                upstream.send("HTTP/1.1 100 Continue\r\n\r\n");
                assertThat(client.readAny("PUT").status()).isEqualTo(100);
                client.send("hi");
                assertThat(upstream.read(2)).asString().isEqualTo("hi");
                upstream.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
                assertThat(client.readAny("PUT").status()).isEqualTo(201);
            }
        }
    }

    @Test
    void H14_expectContinue_refusedByTheEndpoint_isRefusedForTheClient() throws Exception {
        try (var client = connect()) {
            client.send("PUT / HTTP/1.1\r\nHost: asked.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            try (var upstream = ASKED.accept()) {
                upstream.readHead();
                upstream.send("HTTP/1.1 417 No\r\nContent-Length: 4\r\n\r\nnope");

                RawResponse refused = client.readAny("PUT");
                assertThat(refused.status()).isEqualTo(417);
                assertThat(refused.text()).isEqualTo("nope");
            }
        }
    }
}
