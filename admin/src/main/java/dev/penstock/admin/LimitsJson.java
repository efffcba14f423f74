package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.limit.CircuitBreaker;
import dev.penstock.service.LimitStatus;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes how the limits of a service do. Stateless. */
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

    /** What a circuit breaker does; nothing where there is none. */
    static void circuit(JsonGenerator out, CircuitBreaker.@Nullable Phase phase) throws IOException {
        if (phase != null) {
            out.writeStringField("circuit", phase.name());
        }
    }
}
