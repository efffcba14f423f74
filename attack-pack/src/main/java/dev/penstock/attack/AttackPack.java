package dev.penstock.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All attacks, and what it takes to run them: a proxy whose only endpoint is the {@link Origin}, for every host and path.
 *
 * <pre>{@code
 * try (var origin = Origin.open(0)) {
 *     // start a proxy that sends everything to 127.0.0.1, port origin.port()
 *     var pack = new AttackPack(new InetSocketAddress("127.0.0.1", 8080), origin);
 *     for (Attack attack : AttackPack.attacks()) {
 *         System.out.println(pack.run(attack));
 *     }
 * }
 * }</pre>
 *
 * <p>Attacks run one after the other. Confined to one thread.
 */
public final class AttackPack {
    private static final int USUAL_PATIENCE_MILLIS = 1_500;
    private static final int CLOSING_MILLIS = 150;
    private static final int PROBE_PATIENCE_MILLIS = 10_000;

    private final InetSocketAddress proxy;
    private final Origin origin;
    private final int patienceMillis;

    /**
     * A pack that waits 1.5 s for an answer.
     *
     * @param proxy what is attacked
     * @param origin its only endpoint
     */
    public AttackPack(InetSocketAddress proxy, Origin origin) {
        this(proxy, origin, USUAL_PATIENCE_MILLIS);
    }

    /**
     * A pack.
     *
     * @param proxy what is attacked
     * @param origin its only endpoint
     * @param patienceMillis how long to wait for an answer before it counts as silence
     */
    public AttackPack(InetSocketAddress proxy, Origin origin, int patienceMillis) {
        this.proxy = proxy;
        this.origin = origin;
        this.patienceMillis = patienceMillis;
    }

    /**
     * Every attack.
     *
     * @return in the order of reports
     */
    public static List<Attack> attacks() {
        return Stream.of(
                        RequestLineAttacks.all(),
                        FieldAttacks.all(),
                        FramingAttacks.all(),
                        ChunkAttacks.all(),
                        TargetAttacks.all(),
                        ForwardingAttacks.all(),
                        ProtocolAttacks.all(),
                        AnswerHeadAttacks.all(),
                        AnswerFramingAttacks.all())
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Makes sure that the proxy is there and sends requests to the origin.
     *
     * @throws IOException if it does not; the message says what came instead
     */
    public void check() throws IOException {
        origin.begin(Reply.WELL);
        int before = origin.probes();
        Answer answer = probe("/other");
        if (!answer.target().equals(Origin.PROBE + "/other") || origin.probes() == before) {
            throw new IOException("proxy " + proxy + ": an ordinary request got " + answer
                    + " (expected: the answer of the endpoint at port " + origin.port() + ")");
        }
    }

    /**
     * Runs one attack.
     *
     * @param attack which one
     * @return what came of it
     * @throws IOException if the proxy cannot be connected to
     */
    public Finding run(Attack attack) throws IOException {
        origin.begin(attack.reply());
        try (var client = new AttackClient(proxy)) {
            client.send(attack.bytes());
            Answer answer = client.answer(attack.request().startsWith("HEAD "), patienceMillis);
            var more = new StringBuilder();
            boolean closed = answer.end() != Answer.End.WHOLE || client.closes(CLOSING_MILLIS, more);
            Answer next = null;
            if (!closed && attack.byEndpoint()) {
                client.send(request("/next"));
                next = client.answer(false, patienceMillis);
            }
            Answer other = probe("/other");
            return Judge.judge(attack, new Evidence(answer, more.toString(), closed, next, other, seen()));
        }
    }

    /**
     * Runs all.
     *
     * @return in the order of reports
     * @throws IOException if the proxy cannot be connected to
     */
    public List<Finding> runAll() throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (Attack attack : attacks()) {
            findings.add(run(attack));
        }
        return findings;
    }

    private List<SeenRequest> seen() throws IOException {
        try {
            return origin.seenAtRest();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** What a client gets that attacks nobody. */
    Answer ordinary() throws IOException {
        return probe("/other");
    }

    private Answer probe(String path) throws IOException {
        try (var client = new AttackClient(proxy)) {
            client.send(request(path));
            return client.answer(false, PROBE_PATIENCE_MILLIS);
        }
    }

    private static String request(String path) {
        return "GET " + Origin.PROBE + path + " HTTP/1.1\r\nHost: " + Attack.HOST + "\r\n\r\n";
    }
}
