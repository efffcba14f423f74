package dev.penstock.attack;

import static dev.penstock.attack.Family.ANSWER_HEAD;

import java.util.List;

/** The endpoint's answer: its head. */
final class AnswerHeadAttacks {
    private static final String STATUS = "RFC 9112 4";
    private static final String LINES = "RFC 9112 2.2";
    private static final String REST = "\r\nContent-Length: 2\r\n\r\nok";

    private AnswerHeadAttacks() {}

    static List<Attack> all() {
        return List.of(
                line("status-two-digits", "a status of two digits", "HTTP/1.1 20 OK"),
                line("status-four-digits", "a status of four digits", "HTTP/1.1 2000 OK"),
                line("status-letters", "a status of letters", "HTTP/1.1 2OO OK"),
                line("status-sign", "a status with a sign", "HTTP/1.1 +20 OK"),
                line("status-zero", "status 000", "HTTP/1.1 000 OK"),
                line("status-999", "status 999", "HTTP/1.1 999 OK").orHarmless(),
                line("status-empty", "no status", "HTTP/1.1"),
                line("status-no-reason", "no space after the status", "HTTP/1.1 200")
                        .orHarmless(),
                line("status-two-spaces", "two spaces before the status", "HTTP/1.1  200 OK")
                        .orHarmless(),
                line("status-vertical-tab", "a vertical tab before the status", "HTTP/1.1\u000b200 OK"),
                line("status-cr", "a bare CR before the status", "HTTP/1.1\r200 OK"),
                line("empty-line", "an empty line before the status line", "\r\nHTTP/1.1 200 OK")
                        .orHarmless(),
                line("version-2", "HTTP/2.0", "HTTP/2.0 200 OK"),
                line("version-09", "HTTP/0.9", "HTTP/0.9 200 OK"),
                line("version-icy", "another protocol", "ICY 200 OK"),
                line("version-case", "version in lower case", "http/1.1 200 OK"),
                line("reason-nul", "NUL in the reason", "HTTP/1.1 200 O\0K"),
                line("reason-cr", "a bare CR in the reason", "HTTP/1.1 200 O\rK"),
                attack("garbage", "bytes that are no HTTP", STATUS, "\u0016\u0003\u0001no http at all\r\n\r\n"),
                attack("body-only", "a page without a head", STATUS, "<html>hello</html>\r\n\r\n"),
                attack("nothing", "the connection closed without an answer", STATUS, ""),
                field("no-colon", "a line without a colon", "RFC 9112 5", "Foo"),
                field("space-before-colon", "a space before the colon", "RFC 9112 5.1", "X-A : 1")
                        .orHarmless(),
                field("name-empty", "an empty name", "RFC 9110 5.1", ": x"),
                field("name-control", "a control character in a name", "RFC 9110 5.1", "X-\u0001A: 1"),
                field("value-nul", "NUL in a value", "RFC 9110 5.5", "X-A: a\0b"),
                field("value-cr", "a bare CR in a value", "RFC 9110 5.5", "X-A: a\rSet-Cookie: b"),
                field("folded", "a folded line", "RFC 9112 5.2", "X-A: a\r\n b").orHarmless(),
                attack(
                                "lf-line",
                                "a field ends with LF alone",
                                LINES,
                                "HTTP/1.1 200 OK\r\nX-A: 1\nX-B: 2\r\nContent-Length: 2\r\n\r\nok")
                        .orHarmless(),
                attack("lf-all", "all lines end with LF alone", LINES, "HTTP/1.1 200 OK\nContent-Length: 2\n\nok")
                        .orHarmless(),
                attack(
                        "value-endless",
                        "a value of 1 MiB",
                        "RFC 9110 5.4",
                        "HTTP/1.1 200 OK\r\nX-A: " + "a".repeat(1 << 20) + REST),
                attack(
                        "fields-endless",
                        "50,000 fields",
                        "RFC 9110 5.4",
                        "HTTP/1.1 200 OK" + "\r\nX-A: 1".repeat(50_000) + REST),
                attack(
                        "interims",
                        "300 interim answers",
                        "RFC 9110 15.2",
                        "HTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\n".repeat(300) + "HTTP/1.1 200 OK" + REST),
                attack(
                        "switching",
                        "101 that nobody asked for",
                        "RFC 9110 15.2.2",
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nHTTP/1.1 200 OK"
                                + REST),
                field(
                                "nominated",
                                "a field named in Connection",
                                "RFC 9110 7.6.1",
                                "Connection: X-Secret\r\nX-Secret: 1")
                        .orHarmless(),
                field(
                                "proxy-authenticate",
                                "Proxy-Authenticate passed on",
                                "RFC 9110 11.7.1",
                                "Proxy-Authenticate: Basic")
                        .orHarmless());
    }

    private static Attack line(String id, String title, String line) {
        return attack(id, title, STATUS, line + REST);
    }

    private static Attack field(String id, String title, String source, String field) {
        return attack("field-" + id, title, source, "HTTP/1.1 200 OK\r\n" + field + REST);
    }

    private static Attack attack(String id, String title, String source, String answer) {
        return Attack.byEndpoint(ANSWER_HEAD, "answer-" + id, title, source, Reply.closed(answer));
    }
}
