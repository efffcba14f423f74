package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.CatalogStatus;
import dev.penstock.Penstock;
import dev.penstock.discovery.SourceStatus;
import java.io.IOException;

/** Writes how catalogs and sources of endpoints do. Stateless. */
final class SourceJson {
    private SourceJson() {}

    static void write(JsonGenerator out, Penstock penstock, long nowNanos) throws IOException {
        out.writeArrayFieldStart("catalogs");
        for (CatalogStatus catalog : penstock.catalogs()) {
            catalog(out, catalog, nowNanos);
        }
        out.writeEndArray();
        out.writeArrayFieldStart("sources");
        for (SourceStatus source : penstock.sources()) {
            source(out, source, nowNanos);
        }
        out.writeEndArray();
    }

    private static void catalog(JsonGenerator out, CatalogStatus catalog, long nowNanos) throws IOException {
        out.writeStartObject();
        out.writeStringField("source", catalog.source());
        out.writeStringField("state", catalog.state().name());
        out.writeNumberField("stateSeconds", seconds(nowNanos - catalog.sinceNanos()));
        if (!catalog.problem().isEmpty()) {
            problem(out, catalog.problem(), nowNanos - catalog.sinceNanos());
        }
        out.writeNumberField("revision", catalog.revision());
        out.writeNumberField("plugInFaults", catalog.faults());
        Json.texts(out, "skipped", catalog.skipped());
        Json.texts(out, "rejected", catalog.rejected());
        out.writeEndObject();
    }

    private static void source(JsonGenerator out, SourceStatus source, long nowNanos) throws IOException {
        out.writeStartObject();
        out.writeStringField("source", source.source());
        out.writeNumberField("services", source.watches());
        out.writeNumberField("failing", source.failing());
        if (source.failing() > 0) {
            problem(out, source.problem(), nowNanos - source.sinceNanos());
        }
        out.writeNumberField("plugInFaults", source.faults());
        Json.texts(out, "skipped", source.skipped());
        out.writeEndObject();
    }

    static void problem(JsonGenerator out, String problem, long ageNanos) throws IOException {
        out.writeStringField("problem", problem);
        out.writeNumberField("forSeconds", seconds(ageNanos));
    }

    static long seconds(long nanos) {
        return Math.max(0, nanos / 1_000_000_000L);
    }
}
