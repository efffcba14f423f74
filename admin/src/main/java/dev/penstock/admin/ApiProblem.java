package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why a request of the API is refused: a way out of its handling, caught where it began. Immutable. */
final class ApiProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(409, "Conflict"),
            Map.entry(412, "Precondition Failed"),
            Map.entry(413, "Content Too Large"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"));

    private final int status;
    private final transient List<Spot> spots;

    /**
     * One fault of a body.
     *
     * @param pointer a JSON Pointer into the body; null: none that is known
     * @param line {@code >= 1}; {@code 0}: not known
     * @param column {@code >= 1}; {@code 0}: not known
     * @param detail what is wrong, and what was expected
     */
    record Spot(@Nullable String pointer, int line, int column, String detail) {}

    ApiProblem(int status, String message) {
        this(status, message, List.of());
    }

    ApiProblem(int status, String message, List<Spot> spots) {
        super(message, null, false, false);
        this.status = status;
        this.spots = List.copyOf(spots);
    }

    int status() {
        return status;
    }

    /** In the form of the API of servers. */
    AdminResponse answer() {
        AdminResponse answer = AdminResponse.json(status, Json.error(String.valueOf(getMessage())));
        return status == 503 ? answer.with("Retry-After", "1") : answer;
    }

    /** In the form of RFC 9457. */
    AdminResponse problem() {
        AdminResponse answer = AdminResponse.of(status, "application/problem+json", Json.object(this::write) + "\n");
        return status == 503 ? answer.with("Retry-After", "1") : answer;
    }

    private void write(JsonGenerator out) throws IOException {
        out.writeStringField("type", "about:blank");
        out.writeStringField("title", TITLES.getOrDefault(status, "Error"));
        out.writeNumberField("status", status);
        out.writeStringField("detail", String.valueOf(getMessage()));
        if (spots.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("errors");
        for (Spot spot : spots) {
            out.writeStartObject();
            if (spot.pointer() != null) {
                out.writeStringField("pointer", spot.pointer());
            }
            if (spot.line() > 0) {
                out.writeNumberField("line", spot.line());
                out.writeNumberField("column", spot.column());
            }
            out.writeStringField("detail", spot.detail());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
