package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.load.Outcome;
import dev.penstock.service.Answers;
import dev.penstock.service.Service;
import java.io.IOException;
import java.util.Locale;

/** Writes what became of the requests of a service. Stateless. */
final class AnswersJson {
    private AnswersJson() {}

    static void write(JsonGenerator out, Service service) throws IOException {
        Answers answers = service.answers();
        out.writeNumberField("requests", service.retries().budget().requests());
        out.writeObjectFieldStart("answers");
        for (int hundreds = 1; hundreds <= 5; hundreds++) {
            out.writeNumberField(hundreds + "xx", answers.count(hundreds));
        }
        out.writeNumberField("none", answers.count(0));
        out.writeEndObject();
        out.writeObjectFieldStart("failures");
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.SUCCESS) {
                out.writeNumberField(outcome.name().toLowerCase(Locale.ROOT), answers.count(outcome));
            }
        }
        out.writeEndObject();
        out.writeNumberField("receivedBytes", answers.receivedBytes());
        out.writeNumberField("sentBytes", answers.sentBytes());
    }
}
