package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.Penstock;
import dev.penstock.Planned;
import dev.penstock.Revision;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import java.io.IOException;

/** Tells the last changes, and puts back what there was. Thread-safe. */
final class HistoryActions {
    private final Penstock penstock;
    private final ServerCatalog servers;
    private final NativeCatalog natives;
    private final Writers writers;

    HistoryActions(Penstock penstock, ServerCatalog servers, NativeCatalog natives, Writers writers) {
        this.penstock = penstock;
        this.servers = servers;
        this.natives = natives;
        this.writers = writers;
    }

    AdminResponse all() {
        return AdminResponse.json(200, Json.object(out -> {
            out.writeArrayFieldStart("revisions");
            for (Revision revision : penstock.history()) {
                out.writeStartObject();
                write(out, revision);
                out.writeEndObject();
            }
            out.writeEndArray();
        }));
    }

    AdminResponse one(long number) {
        Revision revision = revision(number);
        return AdminResponse.json(200, Json.object(out -> write(out, revision)));
    }

    private Revision revision(long number) {
        return penstock.history().stream()
                .filter(one -> one.number() == number)
                .findFirst()
                .orElseThrow(() -> new ApiProblem(404, "revision: " + number + " (expected: one of the history)"));
    }

    private static void write(JsonGenerator out, Revision revision) throws IOException {
        out.writeNumberField("number", revision.number());
        if (revision.at() != null) {
            out.writeStringField("at", revision.at().toString());
        }
        out.writeStringField("source", revision.source());
        PlannedJson.difference(out, revision.difference());
        out.writeNumberField("omitted", revision.omitted());
        out.writeBooleanField("rollback", revision.definitions() != null);
    }

    AdminResponse rollback(long number, boolean dryRun) {
        Planned planned = writers.change(() -> back(revision(number), dryRun));
        return AdminResponse.json(200, Json.object(out -> {
            out.writeStringField("source", planned.source());
            PlannedJson.difference(out, planned.difference());
            out.writeStringField("until", until(planned.source()));
        }));
    }

    private static String until(String source) {
        return source.equals(ServerCatalog.SOURCE) || source.equals(NativeCatalog.SOURCE)
                ? "the next change by the API, or the end of the program"
                : "the next change of " + source + ", or the end of the program";
    }

    private Planned back(Revision revision, boolean dryRun) {
        CatalogState definitions = revision.definitions();
        if (definitions == null) {
            throw new ApiProblem(
                    409,
                    "revision: " + revision.number()
                            + " (expected: one of files or of the API whose definitions are kept:"
                            + " what catalogs define is changed at their source)");
        }
        try {
            return switch (definitions.source()) {
                case ServerCatalog.SOURCE -> servers.rollback(definitions, dryRun);
                case NativeCatalog.SOURCE -> natives.rollback(definitions, dryRun);
                default -> {
                    Planned planned = penstock.plan(definitions);
                    if (!dryRun) {
                        penstock.rollback(revision.number());
                    }
                    yield planned;
                }
            };
        } catch (CatalogException e) {
            throw Replacement.problem(409, e);
        } catch (IllegalArgumentException | IllegalStateException e) { // forgotten meanwhile
            throw new ApiProblem(409, String.valueOf(e.getMessage()));
        }
    }
}
