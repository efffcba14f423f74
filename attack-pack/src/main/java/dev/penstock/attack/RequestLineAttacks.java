package dev.penstock.attack;

import static dev.penstock.attack.Family.REQUEST_LINE;

import java.util.List;

/** Method, target and version. */
final class RequestLineAttacks {
    private static final String FIELDS = "\r\nHost: " + Attack.HOST + "\r\n\r\n";
    private static final String FORM = "RFC 9112 3";

    private RequestLineAttacks() {}

    static List<Attack> all() {
        return List.of(
                line("http09", "a request without a version", "RFC 9112 2.3", "GET /attack"),
                line("version-2", "HTTP/2.0 on a connection of HTTP/1", "RFC 9112 2.3", "GET /attack HTTP/2.0"),
                line("version-12", "version HTTP/1.2", "RFC 9112 2.3", "GET /attack HTTP/1.2")
                        .orHarmless(),
                line("version-long", "version HTTP/1.10", FORM, "GET /attack HTTP/1.10"),
                line("version-case", "version in lower case", FORM, "GET /attack http/1.1"),
                line("version-other", "another protocol", FORM, "GET /attack HTTZ/1.1"),
                line("version-space", "white space within the version", FORM, "GET /attack HTTP/ 1.1"),
                line("version-junk", "something after the version", FORM, "GET /attack HTTP/1.1 x"),
                line("version-sign", "a sign in the version", FORM, "GET /attack HTTP/+1.1"),
                line("two-spaces", "two spaces before the target", FORM, "GET  /attack HTTP/1.1")
                        .orHarmless(),
                line("tab", "a tab for a space", FORM, "GET\t/attack HTTP/1.1"),
                line(
                        "vertical-tab",
                        "a vertical tab for a space",
                        "RFC 9112 3; RFC 9112 2.2",
                        "GET\u000b/attack HTTP/1.1"),
                line("leading-space", "a space before the method", FORM, " GET /attack HTTP/1.1"),
                line("trailing-space", "a space after the version", FORM, "GET /attack HTTP/1.1 "),
                line("method-odd", "a method that is no token", "RFC 9110 9.1", "GE(T /attack HTTP/1.1"),
                line("method-nul", "NUL within the method", "RFC 9110 9.1", "GE\0T /attack HTTP/1.1"),
                line("method-colon", "a method with a colon", "RFC 9110 9.1", "GET: /attack HTTP/1.1"),
                line("target-space", "white space within the target", "RFC 9112 3.2", "GET /at tack HTTP/1.1"),
                line("target-nul", "NUL within the target", "RFC 9112 3.2; CVE-2019-9900", "GET /att\0ack HTTP/1.1"),
                line(
                        "target-control",
                        "a control character within the target",
                        "RFC 9112 3.2",
                        "GET /att\u0001ack HTTP/1.1"),
                line("target-del", "DEL within the target", "RFC 9112 3.2", "GET /att\u007fack HTTP/1.1"),
                line("target-8bit", "a byte above 127 within the target", "RFC 9112 3.2", "GET /att\u00ffack HTTP/1.1")
                        .orHarmless(),
                line("target-empty", "no target", "RFC 9112 3.2", "GET  HTTP/1.1"),
                line("cr-in-line", "a bare CR within the line", "RFC 9112 2.2", "GET /att\rack HTTP/1.1"),
                line("nul-first", "NUL before the request", "CVE-2026-50020", "\0GET /attack HTTP/1.1"),
                line(
                        "control-first",
                        "a control character before the request",
                        "CVE-2026-50020",
                        "\u0001GET /attack HTTP/1.1"),
                attack(
                                "line-lf",
                                "the request line ends with LF alone",
                                "RFC 9112 2.2",
                                "GET /attack HTTP/1.1\nHost: " + Attack.HOST + "\r\n\r\n")
                        .orHarmless(),
                attack(
                        "line-cr",
                        "the request line ends with CR alone",
                        "RFC 9112 2.2",
                        "GET /attack HTTP/1.1\rHost: " + Attack.HOST + "\r\n\r\n"),
                attack(
                                "empty-lines",
                                "many empty lines before the request",
                                "RFC 9112 2.2",
                                "\r\n".repeat(50) + Requests.get(""))
                        .orHarmless(),
                attack(
                        "line-endless",
                        "a target of 1 MiB",
                        "RFC 9112 3",
                        "GET /" + "a".repeat(1 << 20) + " HTTP/1.1" + FIELDS));
    }

    private static Attack line(String id, String title, String source, String line) {
        return attack(id, title, source, line + FIELDS);
    }

    private static Attack attack(String id, String title, String source, String request) {
        return Attack.byClient(REQUEST_LINE, id, title, source, request);
    }
}
