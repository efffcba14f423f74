package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.Planned;
import dev.penstock.catalog.CatalogDifference;
import dev.penstock.route.Unreached;
import java.io.IOException;

/** Writes what a change comes to. Stateless. */
final class PlannedJson {
    private PlannedJson() {}

    static AdminResponse answer(Planned planned) {
        return AdminResponse.json(200, Json.object(out -> write(out, planned)));
    }

    private static void write(JsonGenerator out, Planned planned) throws IOException {
        out.writeStringField("source", planned.source());
        difference(out, planned.difference());
        out.writeArrayFieldStart("unreached");
        for (Unreached route : planned.unreached()) {
            out.writeStartObject();
            out.writeStringField("route", route.route());
            out.writeStringField("why", route.why());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void difference(JsonGenerator out, CatalogDifference difference) throws IOException {
        Json.texts(out, "added", difference.added());
        Json.texts(out, "removed", difference.removed());
        Json.texts(out, "changed", difference.changed());
    }
}
