package dev.penstock.attack;

import static dev.penstock.attack.Family.ANSWER_FRAMING;

import java.util.ArrayList;
import java.util.List;

/**
 * The endpoint's answer: where it ends. What is cut short must not look whole, and what is too much must not become the
 * answer to another request.
 */
final class AnswerFramingAttacks {
    private static final String FORM = "RFC 9112 6.3";
    private static final String CHUNK = "RFC 9112 7.1";
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String POISON =
            "HTTP/1.1 200 OK\r\n" + Origin.TARGET_FIELD + ": /poison\r\nContent-Length: 6\r\n\r\npoison";

    private AnswerFramingAttacks() {}

    static List<Attack> all() {
        List<Attack> all = new ArrayList<>();
        all.add(kept(
                        "te-cl",
                        "Transfer-Encoding and Content-Length",
                        FORM,
                        OK + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
                .orHarmless());
        all.add(kept(
                        "cl-te",
                        "a length that covers a second answer",
                        FORM,
                        OK + "Content-Length: " + (5 + POISON.length())
                                + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + POISON)
                .orHarmless());
        for (String[] one : new String[][] {
            {"identity", "identity"},
            {"gzip-chunked", "gzip, chunked"},
            {"chunked-identity", "chunked, identity"},
            {"chunked-twice", "chunked, chunked"},
            {"xchunked", "xchunked"},
            {"vertical-tab", "\u000bchunked"},
            {"empty", ""}
        }) {
            all.add(closed(
                    "te-" + one[0],
                    "Transfer-Encoding: " + Hazards.shown(one[1]),
                    "RFC 9112 6.1",
                    OK + "Transfer-Encoding: " + one[1] + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
        }
        for (String[] one : new String[][] {
            {"plus", "+2"},
            {"minus", "-2"},
            {"hex", "0x2"},
            {"list-differs", "2, 3"},
            {"letters", "2x"},
            {"empty", ""},
            {"overflow", "18446744073709551618"},
            {"space", "0 2"}
        }) {
            all.add(closed(
                    "cl-" + one[0],
                    "Content-Length: " + (one[1].isEmpty() ? "(empty)" : one[1]),
                    FORM,
                    OK + "Content-Length: " + one[1] + "\r\n\r\nok"));
        }
        all.add(closed(
                "cl-twice", "two different lengths", FORM, OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!"));
        all.add(closed(
                        "te-http10",
                        "Transfer-Encoding in HTTP/1.0",
                        "RFC 9112 6.1",
                        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
                .orHarmless());
        for (Reply.End end : new Reply.End[] {Reply.End.CLOSE, Reply.End.RESET}) {
            String how = end == Reply.End.CLOSE ? "closed" : "reset";
            all.add(cut(
                    "cl-" + how,
                    "fewer bytes than announced, then " + how,
                    OK + "Content-Length: 100\r\n\r\nhello",
                    end));
            all.add(cut(
                    "chunk-" + how,
                    "a chunk cut short, then " + how,
                    OK + "Transfer-Encoding: chunked\r\n\r\n64\r\nhello",
                    end));
            all.add(cut(
                    "last-" + how,
                    "no last chunk, then " + how,
                    OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                    end));
            all.add(cut(
                    "trailer-" + how,
                    "trailers cut short, then " + how,
                    OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-A: 1\r\n",
                    end));
            all.add(cut("head-" + how, "a head cut short, then " + how, OK + "X-A: 1\r\n", end));
        }
        all.add(cut(
                "stream-reset",
                "an answer to the end of the connection, then reset",
                OK + "\r\nhello",
                Reply.End.RESET));
        for (String[] one : new String[][] {
            {"minus", "-5"},
            {"0x", "0x5"},
            {"letters", "5g"},
            {"nul", "5\0"},
            {"overflow", "100000005"},
            {"empty", ""},
            {"space", " 5"},
            {"extension-cr", "5;a\rb"}
        }) {
            all.add(closed(
                    "chunk-" + one[0],
                    "chunk size " + Hazards.shown(one[1]),
                    CHUNK,
                    OK + "Transfer-Encoding: chunked\r\n\r\n" + one[1] + "\r\nhello\r\n0\r\n\r\n"));
        }
        all.add(closed(
                "chunk-no-end",
                "a chunk without an end",
                CHUNK,
                OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n"));
        all.add(closed(
                        "chunk-lf",
                        "chunk lines that end with LF alone",
                        "RFC 9112 2.2",
                        OK + "Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n")
                .orHarmless());
        all.add(closed(
                        "trailer-length",
                        "Content-Length in a trailer",
                        "RFC 9110 6.5.1",
                        OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 1\r\n\r\n")
                .orHarmless());
        all.add(closed(
                "trailer-folded",
                "a folded trailer",
                "RFC 9112 5.2",
                OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-A: a\r\n b\r\n\r\n"));
        excess(all);
        return all;
    }

    private static void excess(List<Attack> all) {
        all.add(kept(
                        "more-than-announced",
                        "a second answer behind the first",
                        FORM + "; CVE-2026-42584",
                        OK + "Content-Length: 5\r\n\r\nhello" + POISON)
                .orHarmless());
        all.add(kept(
                        "more-than-chunked",
                        "a second answer behind a chunked one",
                        FORM,
                        OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + POISON)
                .orHarmless());
        all.add(later(
                "unasked",
                "an answer that nobody asked for, a moment later",
                "RFC 9112 9.2",
                OK + "Content-Length: 5\r\n\r\nhello"));
        all.add(kept("body-204", "a body in a 204", "RFC 9110 15.3.5", "HTTP/1.1 204 No Content\r\n\r\n" + POISON)
                .orHarmless());
        all.add(kept(
                        "body-204-length",
                        "a 204 with a length and a body",
                        "RFC 9110 15.3.5",
                        "HTTP/1.1 204 No Content\r\nContent-Length: " + POISON.length() + "\r\n\r\n" + POISON)
                .orHarmless());
        all.add(kept(
                        "body-304",
                        "a body in a 304",
                        "RFC 9110 15.4.5",
                        "HTTP/1.1 304 Not Modified\r\nContent-Length: " + POISON.length() + "\r\n\r\n" + POISON)
                .orHarmless());
        all.add(kept(
                        "body-head",
                        "a body in the answer to HEAD",
                        "RFC 9110 9.3.2; CVE-2026-42584",
                        OK + "Content-Length: " + POISON.length() + "\r\n\r\n" + POISON)
                .asking("HEAD /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\n\r\n")
                .orHarmless());
        all.add(kept(
                        "body-head-chunked",
                        "a chunked body in the answer to HEAD",
                        "RFC 9110 9.3.2",
                        OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + POISON)
                .asking("HEAD /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\n\r\n")
                .orHarmless());
        all.add(kept(
                        "interim-head",
                        "an interim answer to HEAD before one with a length",
                        "RFC 9110 15.2; CVE-2026-42584",
                        "HTTP/1.1 103 Early Hints\r\n\r\n" + OK + "Content-Length: " + POISON.length() + "\r\n\r\n")
                .asking("HEAD /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\n\r\n")
                .orHarmless());
        all.add(kept(
                        "interim-length",
                        "an interim answer with a length",
                        "RFC 9110 15.2",
                        "HTTP/1.1 103 Early Hints\r\nContent-Length: " + POISON.length() + "\r\n\r\n" + POISON)
                .orHarmless());
    }

    private static Attack kept(String id, String title, String source, String answer) {
        return attack(id, title, source, Reply.kept(answer));
    }

    private static Attack later(String id, String title, String source, String answer) {
        return attack(id, title, source, new Reply(answer, Reply.End.KEEP, POISON, false))
                .orHarmless();
    }

    private static Attack closed(String id, String title, String source, String answer) {
        return attack(id, title, source, Reply.closed(answer));
    }

    private static Attack cut(String id, String title, String answer, Reply.End end) {
        return attack("cut-" + id, title, "RFC 9112 8", Reply.cut(answer, end));
    }

    private static Attack attack(String id, String title, String source, Reply reply) {
        return Attack.byEndpoint(ANSWER_FRAMING, "answer-" + id, title, source, reply);
    }
}
