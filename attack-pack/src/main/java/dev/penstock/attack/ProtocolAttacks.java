package dev.penstock.attack;

import static dev.penstock.attack.Family.PROTOCOL;
import static dev.penstock.attack.Requests.SMUGGLED;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Upgrades, CONNECT, pipelines. */
final class ProtocolAttacks {
    private static final String EARLY = "RFC 9931";
    private static final String HOST = "Host: " + Attack.HOST + "\r\n";
    private static final String WEBSOCKET = lines(
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

    private ProtocolAttacks() {}

    static List<Attack> all() {
        return List.of(
                attack(
                        "connect",
                        "CONNECT to a proxy that is none of the client's",
                        "RFC 9110 9.3.6",
                        "CONNECT " + Attack.HOST + ":80 HTTP/1.1\r\n" + HOST + "\r\n"),
                attack(
                        "connect-early",
                        "CONNECT with bytes behind it",
                        EARLY + "; CVE-2026-71324",
                        "CONNECT " + Attack.HOST + ":80 HTTP/1.1\r\n" + HOST + "\r\n" + SMUGGLED),
                attack(
                        "connect-path",
                        "CONNECT with a path",
                        "RFC 9112 3.2.3",
                        "CONNECT /attack HTTP/1.1\r\n" + HOST + "\r\n"),
                attack(
                                "upgrade-early",
                                "a WebSocket that the endpoint refuses, with a request behind it",
                                EARLY,
                                Requests.get(WEBSOCKET) + SMUGGLED)
                        .orHarmless(),
                attack(
                                "upgrade-body",
                                "an upgrade with a body",
                                "RFC 9110 7.8",
                                Requests.post(WEBSOCKET + "Content-Length: " + SMUGGLED.length() + "\r\n", SMUGGLED))
                        .orHarmless(),
                attack(
                                "h2c",
                                "an upgrade to HTTP/2 without TLS",
                                "RFC 9113 3.1; CVE-2019-9740",
                                Requests.get(lines(
                                        "Upgrade: h2c",
                                        "Connection: Upgrade, HTTP2-Settings",
                                        "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")))
                        .orHarmless()
                        .with(Check.without("Upgrade"))
                        .with(Check.without("HTTP2-Settings")),
                attack(
                                "h2c-list",
                                "h2c in a list of protocols",
                                "RFC 9113 3.1",
                                Requests.get("Upgrade: websocket, h2c\r\nConnection: Upgrade\r\n"))
                        .orHarmless()
                        .with(Check.without("Upgrade")),
                attack("preface", "the preface of HTTP/2", "RFC 9113 3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                attack(
                                "upgrade-unasked",
                                "Upgrade that Connection does not name",
                                "RFC 9110 7.8",
                                Requests.get("Upgrade: websocket\r\n"))
                        .orHarmless()
                        .with(Check.without("Upgrade")),
                attack(
                                "upgrade-http10",
                                "an upgrade in HTTP/1.0",
                                "RFC 9110 7.8",
                                "GET /attack HTTP/1.0\r\n" + HOST + WEBSOCKET + "\r\n")
                        .orHarmless()
                        .with(Check.without("Upgrade")),
                attack(
                                "trace",
                                "TRACE with a secret",
                                "RFC 9110 9.3.8",
                                "TRACE /attack HTTP/1.1\r\n" + HOST + "Cookie: secret\r\n\r\n")
                        .orHarmless(),
                attack(
                                "expect-unknown",
                                "an expectation that nobody knows",
                                "RFC 9110 10.1.1",
                                Requests.getWith("Expect: 200-maybe"))
                        .orHarmless(),
                attack(
                                "expect-head",
                                "HEAD with an expectation",
                                "RFC 9110 10.1.1; CVE-2026-100666",
                                "HEAD /attack HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\n\r\n")
                        .orHarmless(),
                attack(
                                "websocket-version",
                                "a WebSocket of version 0",
                                "RFC 6455 4.4; CVE-2026-59898",
                                Requests.get(WEBSOCKET.replace("Version: 13", "Version: 0")))
                        .orHarmless(),
                body(
                        "form-fields",
                        "a form of 20,000 fields",
                        "CVE-2024-29025",
                        "Content-Type: multipart/form-data; boundary=b\r\n",
                        "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n".repeat(20_000) + "--b--\r\n"),
                body(
                        "bomb",
                        "a body of 10 KB that unpacks to 10 MiB",
                        "CVE-2026-42587; CVE-2026-55833; CVE-2025-58057",
                        "Content-Encoding: gzip\r\n",
                        bomb()),
                attack(
                        "garbage",
                        "bytes that are no HTTP",
                        "RFC 9112 2.2",
                        "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc" + "\u0003\u0003" + "\u00aa".repeat(400)
                                + "\r\n\r\n"));
    }

    /** A request whose body is nobody's business but the endpoint's. */
    private static Attack body(String id, String title, String source, String field, String body) {
        String request = Requests.post(field + "Content-Length: " + body.length() + "\r\n", body);
        return attack(id, title, source, request).orHarmless().with(Check.body(body));
    }

    private static String bomb() {
        var bytes = new ByteArrayOutputStream();
        try (var zipped = new GZIPOutputStream(bytes)) {
            zipped.write(new byte[10 << 20]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private static Attack attack(String id, String title, String source, String request) {
        return Attack.byClient(PROTOCOL, id, title, source, request);
    }
}
