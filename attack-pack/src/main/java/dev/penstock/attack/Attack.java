package dev.penstock.attack;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One attack: bytes that a client sends, or bytes that an endpoint answers, and what may come of them at best. Immutable.
 *
 * @param id short and stable, as in {@code te-and-cl}
 * @param family what it has in common with others
 * @param title one phrase
 * @param sources the rule that it breaks or the report it comes from: a section of an RFC, a CVE
 * @param request what the client sends, as ISO 8859-1
 * @param reply what the endpoint answers, and how it goes on
 * @param best the outcome that a strict proxy reaches
 * @param checks what must hold of a request that got through
 */
public record Attack(
        String id,
        Family family,
        String title,
        List<String> sources,
        String request,
        Reply reply,
        Outcome best,
        List<Check> checks) {
    /** The host that attacks ask for, unless they say another. */
    public static final String HOST = "attack.test";

    /** A request of this target is one that the proxy has not seen as such. */
    static final String SMUGGLED = "/smuggled";

    /** Copies the lists. */
    public Attack {
        requireNonNull(id, "id");
        requireNonNull(family, "family");
        requireNonNull(title, "title");
        requireNonNull(request, "request");
        requireNonNull(reply, "reply");
        requireNonNull(best, "best");
        sources = List.copyOf(sources);
        checks = List.copyOf(checks);
    }

    /** An attack by a client: to be refused. */
    static Attack byClient(Family family, String id, String title, String source, String request) {
        return new Attack(id, family, title, split(source), request, Reply.WELL, Outcome.REFUSED, List.of());
    }

    /** An attack by an endpoint, which answers a plain request: to be refused. */
    static Attack byEndpoint(Family family, String id, String title, String source, Reply reply) {
        String request = "GET /attack HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n";
        return new Attack(id, family, title, split(source), request, reply, Outcome.REFUSED, List.of());
    }

    private static List<String> split(String source) {
        return List.of(source.split("; "));
    }

    /** The same, which need not be refused if it is made harmless. */
    Attack orHarmless() {
        return new Attack(id, family, title, sources, request, reply, Outcome.HARMLESS, checks);
    }

    /** The same with something more that must hold of what gets through. */
    Attack with(Check check) {
        var more = new ArrayList<>(checks);
        more.add(check);
        return new Attack(id, family, title, sources, request, reply, best, more);
    }

    /** The same with further rules and reports. */
    Attack sources(String source) {
        var more = new ArrayList<>(sources);
        more.addAll(split(source));
        return new Attack(id, family, title, more, request, reply, best, checks);
    }

    /** The same with another request. */
    Attack asking(String request) {
        return new Attack(id, family, title, sources, request, reply, best, checks);
    }

    byte[] bytes() {
        return request.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Tells whether the endpoint is the one who attacks.
     *
     * @return false where the client does
     */
    public boolean byEndpoint() {
        return !reply.equals(Reply.WELL);
    }

    @Override
    public String toString() {
        return id;
    }
}
