package dev.penstock.attack;

import static dev.penstock.attack.Family.FIELDS;

import java.util.List;

/** Names and values of header fields, and how lines end. */
final class FieldAttacks {
    private static final String NAME = "RFC 9110 5.1";
    private static final String VALUE = "RFC 9110 5.5";
    private static final String LINES = "RFC 9112 2.2";

    private FieldAttacks() {}

    static List<Attack> all() {
        return List.of(
                field("space-before-colon", "a space before the colon", "RFC 9112 5.1; CVE-2019-16869", "X-A : 1"),
                field("tab-before-colon", "a tab before the colon", "RFC 9112 5.1", "X-A\t: 1"),
                field("no-colon", "a line without a colon", "RFC 9112 5; CVE-2019-20444", "Foo"),
                field("name-empty", "an empty name", NAME + "; CVE-2023-25725", ": x"),
                field("name-control", "a control character in a name", NAME + "; CVE-2021-43797", "X-\u0001A: 1"),
                field("name-nul", "NUL in a name", NAME, "X-\0A: 1"),
                field("name-odd", "a name that is no token", NAME, "X(A): 1"),
                field("name-8bit", "a byte above 127 in a name", NAME, "X-\u00c4: 1"),
                field("name-quoted", "a quoted name", NAME, "\"X-A\": 1"),
                field("name-slash", "a slash in a name", NAME, "X/A: 1"),
                field("value-nul", "NUL in a value", VALUE + "; CVE-2019-9900", "X-A: a\0b"),
                field("value-cr", "a bare CR in a value", VALUE, "X-A: a\rX-B: b"),
                field("value-control", "a control character in a value", VALUE, "X-A: a\u0008b"),
                field("value-del", "DEL in a value", VALUE, "X-A: a\u007fb"),
                field("value-vt", "a vertical tab in a value", VALUE, "X-A: a\u000bb"),
                field("folded", "a folded line", "RFC 9112 5.2", "X-A: a\r\n b"),
                field("folded-tab", "a line folded with a tab", "RFC 9112 5.2", "X-A: a\r\n\tb"),
                attack(
                        "folded-first",
                        "white space before the first field",
                        "RFC 9112 2.2; CVE-2026-28369",
                        "GET /attack HTTP/1.1\r\n X-A: 1\r\nHost: " + Attack.HOST + "\r\n\r\n"),
                attack(
                        "first-tab",
                        "a tab before the first field",
                        LINES,
                        "GET /attack HTTP/1.1\r\n\tX-A: 1\r\nHost: " + Attack.HOST + "\r\n\r\n"),
                attack("lf-line", "a field ends with LF alone", LINES, Requests.get("X-A: 1\nX-B: 2\r\n"))
                        .orHarmless(),
                attack(
                                "lf-end",
                                "the head ends with LF alone",
                                LINES,
                                "GET /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\n\n")
                        .orHarmless(),
                attack(
                        "cr-cr-cr",
                        "CR CR CR for the end of the head",
                        LINES + "; CVE-2026-28367",
                        "GET /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\r\r" + Requests.SMUGGLED),
                attack(
                                "lf-cr-lf",
                                "a line of CR between two LF",
                                LINES,
                                "GET /attack HTTP/1.1\nHost: " + Attack.HOST + "\n\r\n")
                        .orHarmless(),
                attack(
                        "cr-lf-cr",
                        "the head ends with CRLF CR",
                        LINES,
                        "GET /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\n\rX" + Requests.SMUGGLED),
                attack(
                        "name-endless",
                        "a name of 1 MiB",
                        "RFC 9110 5.4; CVE-2021-40346",
                        Requests.getWith("X-" + "a".repeat(1 << 20) + ": 1")),
                attack(
                                "name-270",
                                "a name of 270 bytes that ends in another field",
                                "CVE-2021-40346",
                                Requests.post(
                                        "Content-Length0" + "a".repeat(255) + ":\r\nContent-Length: "
                                                + Requests.SMUGGLED.length() + "\r\n",
                                        Requests.SMUGGLED))
                        .orHarmless(),
                attack(
                        "value-endless",
                        "a value of 1 MiB",
                        "RFC 9110 5.4",
                        Requests.getWith("X-A: " + "a".repeat(1 << 20))),
                attack(
                        "fields-endless",
                        "20,000 fields",
                        "RFC 9110 5.4; CVE-2019-15226",
                        Requests.get("X-A: 1\r\n".repeat(20_000))),
                attack(
                        "cookies-endless",
                        "20,000 Cookie fields",
                        "RFC 9110 5.4; CVE-2026-47774",
                        Requests.get("Cookie: a=1\r\n".repeat(20_000))));
    }

    private static Attack field(String id, String title, String source, String field) {
        return attack(id, title, source, Requests.getWith(field));
    }

    private static Attack attack(String id, String title, String source, String request) {
        return Attack.byClient(FIELDS, id, title, source, request);
    }
}
