package dev.penstock.admin;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator is answered. Immutable, but for the stream.
 *
 * @param status an HTTP status
 * @param headers all but those about length and connection
 * @param body a text, to be sent as UTF-8; to a HEAD only its length
 * @param stream in the place of the body what goes on; null: the body is all. To be closed by who is given it
 * @param pieces in the place of the body a long text that is UTF-8 already, not to be changed; empty: the body is all
 */
public record AdminResponse(
        int status,
        Map<String, String> headers,
        String body,
        @Nullable AdminStream stream,
        List<byte[]> pieces) {
    private static final String NO_STORE = "no-store";

    /** What changed something and has nothing to say. */
    static final AdminResponse NOTHING = new AdminResponse(204, Map.of("Cache-Control", NO_STORE), "");

    /** Copies the headers and the list of pieces. */
    public AdminResponse {
        requireNonNull(body, "body");
        headers = Map.copyOf(headers);
        pieces = List.copyOf(pieces);
    }

    /**
     * An answer that is whole.
     *
     * @param status see {@link #status()}
     * @param headers see {@link #headers()}
     * @param body see {@link #body()}
     */
    public AdminResponse(int status, Map<String, String> headers, String body) {
        this(status, headers, body, null, List.of());
    }

    /** In the format of server-sent events, from now on. */
    static AdminResponse events(@Nullable AdminStream stream) {
        AdminResponse head = of(200, "text/event-stream; charset=utf-8", "");
        return new AdminResponse(200, head.headers(), "", stream, List.of());
    }

    /** In the place of an answer that the caller has: without what is said of its body (RFC 9110, 15.4.5). */
    static AdminResponse notModified(AdminResponse answer) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.remove("Content-Type");
        headers.remove("X-Content-Type-Options");
        return new AdminResponse(304, headers, "");
    }

    static AdminResponse text(int status, String body) {
        return of(status, "text/plain; charset=utf-8", body + "\n");
    }

    static AdminResponse json(int status, String body) {
        return of(status, "application/json", body + "\n");
    }

    /** In the text format of Prometheus, whose version is part of its type. */
    static AdminResponse metrics(List<byte[]> pieces) {
        AdminResponse head = of(200, "text/plain; version=0.0.4; charset=utf-8", "");
        return new AdminResponse(200, head.headers(), "", null, pieces);
    }

    static AdminResponse of(int status, String type, String body) {
        return new AdminResponse(
                status,
                Map.of("Content-Type", type, "Cache-Control", NO_STORE, "X-Content-Type-Options", "nosniff"),
                body);
    }

    /** The same with its tag; to who has it already no more than that (RFC 9110, 13.1.2). */
    AdminResponse unlessKnown(AdminRequest request) {
        String tag = Etag.of(body);
        return (Etag.isKnown(request, tag) ? notModified(this) : this).with("ETag", tag);
    }

    /** To a method that a path does not take. */
    static AdminResponse notAllowed(String methods) {
        return json(405, Json.error("method not allowed (expected: " + methods + ")"))
                .with("Allow", methods);
    }

    AdminResponse with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new AdminResponse(status, more, body, stream, pieces);
    }

    /**
     * To a request whose body is longer than the API takes.
     *
     * @param path of the request
     * @return 413
     */
    public static AdminResponse tooLarge(String path) {
        var problem = new ApiProblem(413, "body too large (expected: at most 1 MiB)");
        return NativeApi.isAt(path) ? problem.problem() : problem.answer();
    }
}
