package dev.penstock.proxy.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.catalog.RouteSpec;
import dev.penstock.middleware.Compression;
import dev.penstock.proxy.Gateway;
import dev.penstock.route.Match;
import dev.penstock.testkit.EchoBackend;
import dev.penstock.testkit.Header;
import dev.penstock.testkit.RawClient;
import dev.penstock.testkit.RawResponse;
import dev.penstock.testkit.Responder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionRowsTest {
    private static final String LONG = "0123456789abcdef".repeat(16);

    private final EchoBackend backend = EchoBackend.start("B1");

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private Gateway gateway() {
        return Setup.gateway()
                .listener(Setup.LISTENER)
                .service(Setup.site(backend))
                .route(RouteSpec.of(Match.ALL, "site").withMiddleware(Compression.defaults()))
                .start();
    }

    private static RawResponse ask(Gateway gateway, String method, String version, String... headers) throws Exception {
        try (var client = RawClient.connect(gateway.port())) {
            var fields = new StringBuilder();
            for (String header : headers) {
                fields.append(header).append("\r\n");
            }
            return client.send(method + " / " + version + "\r\nHost: a\r\n" + fields + "\r\n")
                    .read(method);
        }
    }

    private static RawResponse get(Gateway gateway, String encoding) throws Exception {
        return ask(gateway, "GET", "HTTP/1.1", "Accept-Encoding: " + encoding);
    }

    private static String unzipped(RawResponse response) throws Exception {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json", "text/css; charset=utf-8", "TEXT/HTML", "image/svg+xml"})
    void H16_on_textsFrom256Bytes_areCompressed(String type) throws Exception {
        backend.answer(Responder.fixed(200, LONG, new Header("Content-Type", type), new Header("ETag", "\"x\"")));
        try (var gateway = gateway()) {
            var response = get(gateway, "gzip");

            assertThat(unzipped(response)).isEqualTo(LONG);
            assertThat(response.headers("Content-Encoding")).containsExactly("gzip");
            assertThat(response.headers("Vary")).containsExactly("Accept-Encoding");
            assertThat(response.headers("ETag")).containsExactly("W/\"x\"");
            assertThat(response.headers("Content-Length")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "image/png, X-A, a",
        "text/event-stream, X-A, a",
        "text/plain, Content-Encoding, br",
        "text/plain, Cache-Control, 'public, no-transform'",
        "text/plain, Content-Range, bytes 0-255/512",
        "text/plain, Content-Digest, sha-256=:x:"
    })
    void H16_on_whatIsNotToBeChanged_isNot(String type, String name, String value) throws Exception {
        backend.answer(Responder.fixed(200, LONG, new Header("Content-Type", type), new Header(name, value)));
        try (var gateway = gateway()) {
            var response = get(gateway, "gzip");

            assertThat(response.text()).isEqualTo(LONG);
            assertThat(response.headers("Content-Length")).containsExactly("256");
        }
    }

    @Test
    void H16_on_smallAnswers_andAnswersWithoutBody_stayAsTheyAre() throws Exception {
        try (var gateway = gateway()) {
            backend.answer(Responder.fixed(200, LONG.substring(1), new Header("Content-Type", "text/plain")));
            assertThat(get(gateway, "gzip").text()).isEqualTo(LONG.substring(1));

            backend.answer(exchange -> exchange.respond(204, new byte[0], new Header("Content-Type", "text/plain")));
            assertThat(get(gateway, "gzip").headers("Content-Encoding")).isEmpty();

            backend.answer(exchange -> exchange.respond(304, new byte[0], new Header("ETag", "\"x\"")));
            var unchanged = get(gateway, "gzip");
            assertThat(unchanged.headers("ETag")).containsExactly("W/\"x\"");
            assertThat(unchanged.headers("Vary")).containsExactly("Accept-Encoding");
            assertThat(unchanged.headers("Content-Encoding")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip;q=0|false",
                "gzip; q=0.000|false",
                "gzip;q=0.5, br|true",
                "br|false",
                "*|true",
                "*;q=0|false",
                "identity, gzip;q=0, *|false",
                "x-gzip|true",
                "''|false"
            })
    void H16_on_clientsThatTakeNoGzip_getNone_butCachesAreTold(String encoding, boolean compressed) throws Exception {
        backend.answer(Responder.fixed(200, LONG, new Header("Content-Type", "text/plain")));
        try (var gateway = gateway()) {
            var response = get(gateway, encoding);

            assertThat(compressed ? unzipped(response) : response.text()).isEqualTo(LONG);
            assertThat(response.headers("Vary")).containsExactly("Accept-Encoding");
        }
    }

    /** Netty, CVE-2026-59903: what a cache has to know was lost. */
    @Test
    void H16_on_varyOfTheEndpoint_isKept() throws Exception {
        backend.answer(Responder.fixed(
                200, LONG, new Header("Content-Type", "text/plain"), new Header("Vary", "Accept, Origin")));
        try (var gateway = gateway()) {
            assertThat(get(gateway, "gzip").headers("Vary")).containsExactly("Accept, Origin", "Accept-Encoding");
        }
    }

    /** Netty, CVE-2026-42587: what is packed is unpacked by nobody here. */
    @Test
    void H16_on_bombs_inEitherDirection_passAsTheyAre() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(packed)) {
            zip.write(new byte[10 << 20]);
        }
        byte[] bomb = packed.toByteArray();
        try (var gateway = gateway();
                var client = RawClient.connect(gateway.port())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.length
                            + "\r\n\r\n")
                    .send(bomb);
            assertThat(client.read().echo().body()).isEqualTo(bomb);

            backend.answer(exchange -> exchange.respond(
                    200, bomb, new Header("Content-Type", "text/plain"), new Header("Content-Encoding", "gzip")));
            assertThat(get(gateway, "identity").body()).isEqualTo(bomb);
        }
    }

    @Test
    void H16_on_head_saysWhatGetWould() throws Exception {
        backend.answer(Responder.fixed(200, LONG, new Header("Content-Type", "text/plain")));
        try (var gateway = gateway()) {
            var response = ask(gateway, "HEAD", "HTTP/1.1", "Accept-Encoding: gzip");

            assertThat(response.headers("Content-Encoding")).containsExactly("gzip");
            assertThat(response.headers("Content-Length")).isEmpty();
            assertThat(response.body()).isEmpty();
        }
    }

    @Test
    void H16_on_http10_andNoTransformByTheClient_getTheAnswerAsItIs() throws Exception {
        backend.answer(Responder.fixed(200, LONG, new Header("Content-Type", "text/plain")));
        try (var gateway = gateway()) {
            assertThat(ask(gateway, "GET", "HTTP/1.0", "Accept-Encoding: gzip").text())
                    .isEqualTo(LONG);
            assertThat(ask(gateway, "GET", "HTTP/1.1", "Accept-Encoding: gzip", "Cache-Control: no-transform")
                            .text())
                    .isEqualTo(LONG);
        }
    }

    @Test
    void H16_off_nothingIsTouched() throws Exception {
        backend.answer(Responder.fixed(200, LONG, new Header("Content-Type", "text/plain")));
        try (var gateway = Setup.over(backend)) {
            var response = get(gateway, "gzip");

            assertThat(response.text()).isEqualTo(LONG);
            assertThat(response.headers("Vary")).isEmpty();
        }
    }

    @Test
    void H16_on_longRandomBodies_comeBackAsTheyWere() throws Exception {
        String body = new String(
                java.util.HexFormat.of()
                        .formatHex(Setup.randomBytes(1, 1 << 20))
                        .getBytes(StandardCharsets.US_ASCII),
                StandardCharsets.US_ASCII);
        backend.answer(Responder.fixed(200, body, new Header("Content-Type", "text/plain")));
        try (var gateway = gateway()) {
            assertThat(unzipped(get(gateway, "gzip"))).isEqualTo(body);
        }
    }
}
