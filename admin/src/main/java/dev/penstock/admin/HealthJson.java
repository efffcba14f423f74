package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.outlier.Ejection;
import dev.penstock.service.EndpointHealth;
import java.io.IOException;

/** Writes what is known of the health of an endpoint. Stateless. */
final class HealthJson {
    private HealthJson() {}

    static void write(JsonGenerator out, EndpointHealth health, long nowNanos) throws IOException {
        out.writeStringField("health", health.health().name());
        if (!health.evidence().isEmpty()) {
            out.writeStringField("lastCheck", health.evidence());
        }
        out.writeBooleanField("drained", health.drained());
        out.writeNumberField("growthPercent", health.growthPercent());
        Ejection ejection = health.ejection();
        if (ejection != null) {
            out.writeObjectFieldStart("ejected");
            out.writeStringField("why", ejection.why());
            out.writeNumberField("times", ejection.times());
            out.writeNumberField("forSeconds", SourceJson.seconds(ejection.untilNanos() - nowNanos));
            out.writeEndObject();
        }
    }
}
