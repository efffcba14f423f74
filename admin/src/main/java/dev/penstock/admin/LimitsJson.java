package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.catalog.Fallback;
import dev.penstock.limit.CircuitBreaker;
import dev.penstock.service.LimitStatus;
import dev.penstock.service.Service;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes how the limits of a service do, and its fallback. Stateless. */
final class LimitsJson {
    private LimitsJson() {}

    static void write(JsonGenerator out, LimitStatus limits) throws IOException {
        out.writeObjectFieldStart("limits");
        out.writeNumberField("limit", limits.limit());
        out.writeNumberField("inFlight", limits.inFlight());
        out.writeNumberField("waiting", limits.waiting());
        out.writeNumberField("refused", limits.refused());
        out.writeNumberField("expired", limits.expired());
        out.writeNumberField("shed", limits.shed());
        out.writeNumberField("stopped", limits.stopped());
        circuit(out, limits.circuit());
        if (!limits.circuitOpen().isZero()) {
            out.writeNumberField("openSeconds", limits.circuitOpen().toMillis() / 1e3);
        }
        out.writeEndObject();
    }

    /** Who stands in for a service; nothing where nobody does. */
    static void fallback(JsonGenerator out, Service service) throws IOException {
        Fallback fallback = service.spec().fallback();
        if (fallback != null) {
            out.writeObjectFieldStart("fallback");
            out.writeStringField("service", fallback.service().value());
            out.writeBooleanField("unreachable", service.fallbackSwitch().isAway());
            out.writeNumberField("used", service.fallbackSwitch().used());
            out.writeEndObject();
        }
    }

    /** What a circuit breaker does; nothing where there is none. */
    static void circuit(JsonGenerator out, CircuitBreaker.@Nullable Phase phase) throws IOException {
        if (phase != null) {
            out.writeStringField("circuit", phase.name());
        }
    }
}
