package dev.penstock.attack;

import static dev.penstock.attack.Family.FORWARDING;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is between two hops, and what a proxy says of its client. None need be refused: what matters is what gets through. */
final class ForwardingAttacks {
    private static final String HOP = "RFC 9110 7.6.1";
    private static final String LIE = "10.66.66.66";

    private ForwardingAttacks() {}

    static List<Attack> all() {
        List<Attack> all = new ArrayList<>();
        for (String field : List.of("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")) {
            String id = field.toLowerCase(Locale.ROOT);
            all.add(said(
                            "nominated-" + id,
                            "Connection: " + field,
                            HOP + "; CVE-2021-32813; CVE-2024-45410",
                            "Connection: close, " + field + "\r\n" + field + ": " + LIE + "\r\n")
                    .with(present(field)));
            all.add(said(
                            "nominated-case-" + id,
                            "Connection: " + id,
                            HOP + "; CVE-2026-29054",
                            "Connection: " + id + "\r\n" + field + ": " + LIE + "\r\n")
                    .with(present(field)));
            all.add(said("claimed-" + id, field + " from a stranger", "RFC 7239 8.1", field + ": " + LIE + "\r\n")
                    .with(Check.notOnly(field, LIE)));
        }
        all.add(said(
                        "alias-underscore",
                        "X_Forwarded_For",
                        "CVE-2026-33433; CVE-2026-35051",
                        "X_Forwarded_For: " + LIE + "\r\n")
                .with(Check.without("X_Forwarded_For")));
        all.add(said("alias-real-ip", "X_Real_IP", "CVE-2026-33433", "X_Real_IP: " + LIE + "\r\n")
                .with(Check.without("X_Real_IP")));
        all.add(said("alias-dot", "X.Forwarded.For", "CVE-2026-39858", "X.Forwarded.For: " + LIE + "\r\n")
                .with(Check.without("X.Forwarded.For")));
        all.add(said("forwarded", "Forwarded from a stranger", "RFC 7239 8.1", "Forwarded: for=" + LIE + "\r\n")
                .with(Check.without("Forwarded")));
        all.add(said(
                        "proxy-field",
                        "Proxy, which CGI takes for a setting",
                        "CVE-2016-5385",
                        "Proxy: http://" + LIE + "/\r\n")
                .with(Check.without("Proxy")));
        all.add(said("nominated-host", "Connection: Host", HOP, "Connection: Host\r\n")
                .with(present("Host")));
        all.add(said("nominated-length", "Connection: Content-Length", HOP, "")
                .asking(Requests.post(
                        "Connection: Content-Length\r\nContent-Length: " + Requests.SMUGGLED.length() + "\r\n",
                        Requests.SMUGGLED)));
        all.add(said("nominated-coding", "Connection: Transfer-Encoding", HOP, "")
                .asking(Requests.post(
                        "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n",
                        Integer.toHexString(Requests.SMUGGLED.length()) + "\r\n" + Requests.SMUGGLED
                                + "\r\n0\r\n\r\n")));
        all.add(said("nominated-other", "a field named in Connection", HOP, "Connection: X-Secret\r\nX-Secret: 1\r\n")
                .with(Check.without("X-Secret")));
        for (String field : List.of("Keep-Alive", "Proxy-Connection", "TE", "Proxy-Authorization")) {
            String id = field.toLowerCase(Locale.ROOT);
            all.add(said("hop-" + id, field + " passed on", HOP, field + ": x\r\n")
                    .with(Check.without(field)));
        }
        all.add(said(
                "connection-many",
                "Connection with 5,000 options",
                HOP,
                "Connection: " + "a,".repeat(5_000) + "b\r\n"));
        return all;
    }

    private static Check present(String field) {
        return seen -> seen.values(field).isEmpty() ? "the endpoint saw no " + field : "";
    }

    private static Attack said(String id, String title, String source, String lines) {
        return Attack.byClient(FORWARDING, id, title, source, Requests.get(lines))
                .orHarmless();
    }
}
