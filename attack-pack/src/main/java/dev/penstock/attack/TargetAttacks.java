package dev.penstock.attack;

import static dev.penstock.attack.Family.TARGET;

import java.util.ArrayList;
import java.util.List;

/** The target and the Host field. */
final class TargetAttacks {
    private static final String HOST = "RFC 9112 3.2";

    private TargetAttacks() {}

    static List<Attack> all() {
        List<Attack> all = new ArrayList<>();
        all.add(request("host-missing", "no Host", HOST, "GET /attack HTTP/1.1\r\n\r\n"));
        all.add(request(
                "host-twice",
                "two Hosts",
                HOST + "; CVE-2025-12543",
                "GET /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\nHost: other.test\r\n\r\n"));
        all.add(request(
                "host-twice-equal",
                "two equal Hosts",
                HOST,
                "GET /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\nHost: " + Attack.HOST + "\r\n\r\n"));
        for (String[] one : new String[][] {
            {"space", "a b"},
            {"comma", "a.test,b.test"},
            {"user", "user@a.test"},
            {"path", "a.test/x"},
            {"query", "a.test?x"},
            {"fragment", "a.test#x"},
            {"backslash", "a.test\\b"},
            {"port-letters", "a.test:x"},
            {"port-sign", "a.test:+80"},
            {"port-huge", "a.test:99999"},
            {"two-ports", "a.test:80:80"},
            {"quote", "a.test\""},
            {"angle", "<a.test>"},
            {"bracket-open", "[::1"},
            {"bracket-junk", "[::1]x"},
            {"ipv6-bare", "::1"},
            {"nul", "a.test\0"},
            {"tab", "a\t.test"},
            {"8bit", "\u00e4.test"},
        }) {
            Attack attack = host(one[0], "Host: " + Hazards.shown(one[1]), one[1]);
            all.add(one[0].equals("port-huge") || one[0].equals("quote") ? attack.orHarmless() : attack);
        }
        all.add(request(
                "host-space-name",
                "a space before the colon of Host",
                "RFC 9112 5.1",
                "GET /attack HTTP/1.1\r\nHost : " + Attack.HOST + "\r\n\r\n"));
        all.add(line(
                        "absolute-differs",
                        "an absolute target of another host",
                        "RFC 9112 3.2.2",
                        "GET http://other.test/attack HTTP/1.1")
                .with(TargetAttacks::oneHost));
        all.add(line(
                "absolute-user",
                "user information in the target",
                "RFC 9110 4.2.4",
                "GET http://user:word@" + Attack.HOST + "/attack HTTP/1.1"));
        all.add(line(
                "absolute-scheme",
                "another scheme in the target",
                "RFC 9110 4.2",
                "GET ftp://" + Attack.HOST + "/attack HTTP/1.1"));
        all.add(line(
                "absolute-empty",
                "an absolute target without a host",
                "RFC 9110 4.2.1",
                "GET http:///attack HTTP/1.1"));
        all.add(line(
                "absolute-slash", "an absolute target with one slash", "RFC 9112 3.2.2", "GET http:/attack HTTP/1.1"));
        all.add(line("relative", "a target without a slash", HOST, "GET attack HTTP/1.1"));
        all.add(line(
                "fragment", "a fragment in the target", HOST + "; CVE-2023-45539", "GET /public#/../admin HTTP/1.1"));
        all.add(line("star-get", "target * for GET", HOST + ".4", "GET * HTTP/1.1"));
        all.add(line(
                "authority-get",
                "host and port as the target of a GET",
                HOST + ".3",
                "GET " + Attack.HOST + ":80 HTTP/1.1"));
        all.add(line("backslash", "a target that begins with a backslash", HOST, "GET \\attack HTTP/1.1"));
        all.add(line(
                        "double-slash",
                        "a target that begins with two slashes",
                        "RFC 3986 4.2",
                        "GET //other.test/attack HTTP/1.1")
                .orHarmless()
                .with(seen -> seen.values("Host").contains("other.test") ? "the host came from the path" : ""));
        return all;
    }

    private static String oneHost(SeenRequest seen) {
        boolean absolute = seen.target().startsWith("http://other.test");
        boolean other = seen.values("Host").contains("other.test");
        return absolute && !other ? "target and Host that differ" : "";
    }

    private static Attack host(String id, String title, String host) {
        return request(
                "host-" + id,
                title,
                HOST + "; RFC 9110 7.2; CVE-2025-12543",
                "GET /attack HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    private static Attack line(String id, String title, String source, String line) {
        return request("target-" + id, title, source, line + "\r\nHost: " + Attack.HOST + "\r\n\r\n");
    }

    private static Attack request(String id, String title, String source, String request) {
        return Attack.byClient(TARGET, id, title, source, request);
    }
}
