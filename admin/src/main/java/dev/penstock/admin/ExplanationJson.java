package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.Explanation;
import dev.penstock.Explanation.Considered;
import dev.penstock.Explanation.PassedOver;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.middleware.Foreseen;
import dev.penstock.request.PlainRequest;
import dev.penstock.route.RouteVerdict;
import dev.penstock.route.Routing;
import dev.penstock.service.LimitStatus;
import dev.penstock.service.Outlook;
import dev.penstock.service.Refusal;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Writes an explanation as JSON: the tree behind {@link ExplanationText}. Stateless. */
final class ExplanationJson {
    private ExplanationJson() {}

    static void write(JsonGenerator out, PlainRequest request, Explanation explanation) throws IOException {
        asked(out, request);
        out.writeArrayFieldStart("routes");
        for (RouteVerdict verdict : explanation.routes()) {
            out.writeStartObject();
            out.writeStringField("name", verdict.route().name());
            out.writeBooleanField("matched", verdict.matched());
            if (!verdict.matched()) {
                out.writeStringField("failed", verdict.failed());
            }
            out.writeEndObject();
        }
        out.writeEndArray();
        if (explanation.routing() instanceof Routing.To to) {
            out.writeStringField("route", to.route().name());
        }
        out.writeArrayFieldStart("middleware");
        for (Foreseen piece : explanation.middleware()) {
            out.writeStartObject();
            out.writeStringField("piece", piece.piece());
            out.writeStringField("would", piece.would());
            if (piece.ends()) {
                out.writeNumberField("status", piece.status());
            }
            out.writeEndObject();
        }
        out.writeEndArray();
        Json.texts(
                out,
                "passed",
                explanation.passed().stream().map(Refusal::detail).toList());
        service(out, explanation);
        outcome(out, explanation);
    }

    private static void asked(JsonGenerator out, PlainRequest request) throws IOException {
        out.writeObjectFieldStart("request");
        out.writeStringField("method", request.method());
        out.writeStringField("scheme", request.scheme());
        out.writeStringField("host", request.host());
        out.writeStringField("path", request.path());
        out.writeStringField("listener", request.listener());
        out.writeStringField("client", request.client());
        out.writeEndObject();
    }

    private static void service(JsonGenerator out, Explanation explanation) throws IOException {
        if (explanation.service().isEmpty()) {
            return;
        }
        out.writeStringField("service", explanation.service());
        out.writeBooleanField("panic", explanation.panic());
        LimitStatus limits = explanation.limits();
        if (limits != null) {
            out.writeObjectFieldStart("limits");
            out.writeNumberField("limit", limits.limit());
            out.writeNumberField("inFlight", limits.inFlight());
            out.writeNumberField("waiting", limits.waiting());
            if (limits.circuit() != null) {
                out.writeStringField("circuit", word(limits.circuit()));
            }
            out.writeEndObject();
        }
        out.writeArrayFieldStart("endpoints");
        for (Considered one : explanation.candidates()) {
            out.writeStartObject();
            endpoint(out, one.endpoint(), one.origin().source());
            out.writeBooleanField("eligible", true);
            out.writeBooleanField("picked", one.endpoint().equals(explanation.picked()));
            out.writeNumberField("weight", one.weight());
            out.writeNumberField("inFlight", one.inFlight());
            out.writeNumberField("started", one.started());
            out.writeNumberField("failed", one.failed());
            out.writeStringField("health", word(one.health().health()));
            if (one.circuit() != null) {
                out.writeStringField("circuit", word(one.circuit()));
            }
            out.writeEndObject();
        }
        for (PassedOver one : explanation.excluded()) {
            out.writeStartObject();
            endpoint(out, one.endpoint(), one.origin().source());
            out.writeBooleanField("eligible", false);
            out.writeStringField("why", one.why());
            out.writeEndObject();
        }
        out.writeEndArray();
        Json.texts(out, "remarks", explanation.outlook().remarks());
    }

    private static void endpoint(JsonGenerator out, Endpoint endpoint, String source) throws IOException {
        out.writeStringField("id", endpoint.id());
        out.writeStringField("address", endpoint.address());
        out.writeNumberField("priority", endpoint.priority());
        out.writeStringField("zone", endpoint.zone().name());
        out.writeStringField("source", source);
    }

    private static void outcome(JsonGenerator out, Explanation explanation) throws IOException {
        Refusal refusal = explanation.refusal();
        if (explanation.picked() != null) {
            out.writeStringField("picked", explanation.picked().id());
            Outlook outlook = explanation.outlook();
            List<Endpoint> attempts = outlook.attempts();
            boolean again = outlook.retrying().attempts() > 1;
            Json.texts(
                    out,
                    "attempts",
                    attempts.stream()
                            .limit(again ? attempts.size() : 1)
                            .map(Endpoint::id)
                            .toList());
            if (outlook.shadow() != null) {
                out.writeStringField("shadow", outlook.shadow().id());
            }
        } else if (refusal != null && explanation.middleware().stream().noneMatch(Foreseen::ends)) {
            out.writeObjectFieldStart("refusal");
            out.writeStringField("reason", word(refusal.reason()));
            out.writeStringField("detail", refusal.detail());
            out.writeEndObject();
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
