package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.CatalogStatus;
import dev.penstock.Penstock;
import dev.penstock.Table;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.ServiceState;
import dev.penstock.discovery.SourceStatus;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.outlier.Ejection;
import dev.penstock.service.EndpointHealth;
import dev.penstock.service.Service;
import dev.penstock.service.Snapshot;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Writes what is told of what runs while it runs: the words of {@code /state}, without what changes by the mere passing of time,
 * as ages. Stateless.
 */
final class LiveJson {
    /** Of a program: the problems of each kind that are named. */
    private static final int MOST_PROBLEMS = 50;

    /** Digits of a latency that count: else every look would show another one. */
    private static final MathContext COST_DIGITS = new MathContext(2);

    private LiveJson() {}

    static void program(JsonGenerator out, Penstock penstock, Table table, ProgramFacts facts, Status status)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("version", facts.version());
        out.writeStringField("status", status.name());
        out.writeStringField("transport", facts.transport());
        out.writeStringField("tls", facts.tls());
        out.writeNumberField("listeners", table.listeners().size());
        out.writeNumberField(
                "connections",
                facts.listeners().values().stream()
                        .mapToInt(ListenerFacts::connections)
                        .sum());
        out.writeNumberField("routes", table.routes().size());
        Json.texts(
                out,
                "problems",
                problems(penstock, facts).stream().limit(MOST_PROBLEMS).toList());
        out.writeEndObject();
    }

    /** What is wrong beside services and endpoints, one sentence each. */
    private static List<String> problems(Penstock penstock, ProgramFacts facts) {
        var listeners = facts.listeners().entrySet().stream()
                .filter(listener -> !listener.getValue().problem().isEmpty())
                .map(listener -> "listener " + listener.getKey() + ": "
                        + listener.getValue().problem())
                .sorted();
        var catalogs = penstock.catalogs().stream()
                .filter(catalog -> !catalog.problem().isEmpty())
                .map(LiveJson::problem);
        var sources = penstock.sources().stream()
                .filter(source -> source.failing() > 0)
                .map(LiveJson::problem);
        return Stream.of(listeners, catalogs, sources).flatMap(kind -> kind).toList();
    }

    private static String problem(CatalogStatus catalog) {
        return "catalog " + catalog.source() + ": " + catalog.problem();
    }

    private static String problem(SourceStatus source) {
        return "source " + source.source() + ", " + source.failing() + " of " + source.watches() + " services: "
                + source.problem();
    }

    static void service(JsonGenerator out, Service service, Entrances entrances, long nowNanos) throws IOException {
        ServiceSpec spec = service.spec();
        Snapshot snapshot = service.snapshot();
        out.writeStartObject();
        out.writeStringField("name", spec.name().value());
        out.writeStringField("balancer", spec.balancer());
        out.writeStringField("definedIn", Json.place(spec.provenance()));
        Json.texts(
                out,
                "discover",
                spec.discover().stream().map(Json::withoutSecrets).toList());
        entrances.write(out, spec.name());
        AnswersJson.write(out, service);
        out.writeArrayFieldStart("latencies");
        for (long count : service.answers().latencies()) {
            out.writeNumber(count);
        }
        out.writeEndArray();
        out.writeNumberField("latencySeconds", service.answers().latencySeconds());
        source(out, service);
        LimitsJson.write(out, service.limits());
        LimitsJson.fallback(out, service);
        out.writeBooleanField("panic", snapshot.panic());
        out.writeArrayFieldStart("endpoints");
        for (Snapshot.Member member : snapshot.members()) {
            endpoint(out, member, service.health(member.endpoint().id()), nowNanos);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void source(JsonGenerator out, Service service) throws IOException {
        ServiceState state = service.state();
        out.writeObjectFieldStart("source");
        out.writeStringField("state", state.getClass().getSimpleName().toUpperCase(Locale.ROOT));
        if (state instanceof ServiceState.Stale stale) {
            out.writeStringField("problem", stale.problem());
        } else if (state instanceof ServiceState.Failed failed) {
            out.writeStringField("problem", failed.problem());
        }
        out.writeNumberField("skipped", service.skipped().size());
        out.writeEndObject();
    }

    private static void endpoint(JsonGenerator out, Snapshot.Member member, EndpointHealth health, long nowNanos)
            throws IOException {
        Endpoint endpoint = member.endpoint();
        out.writeStartObject();
        out.writeStringField("id", endpoint.id());
        out.writeStringField("address", endpoint.address());
        out.writeNumberField("weight", endpoint.weight());
        out.writeNumberField("countedWeight", member.weight());
        out.writeNumberField("priority", endpoint.priority());
        out.writeStringField("zone", endpoint.zone().name());
        out.writeStringField("phase", endpoint.phase().name());
        out.writeBooleanField("eligible", member.eligible());
        if (!member.eligible()) {
            out.writeStringField("excluded", member.excluded());
        }
        out.writeStringField("health", health.health().name());
        if (!health.evidence().isEmpty()) {
            out.writeStringField("lastCheck", health.evidence());
        }
        out.writeBooleanField("drained", health.drained());
        Ejection ejection = health.ejection();
        if (ejection != null) {
            out.writeStringField("ejected", ejection.why());
        }
        out.writeStringField("source", member.origin().source());
        out.writeNumberField("inFlight", member.load().inFlight());
        out.writeNumberField("started", member.load().started());
        out.writeNumberField("failed", member.load().failed());
        out.writeNumberField("costMillis", rounded(member.load().costNanos(nowNanos) / 1e6));
        LimitsJson.circuit(out, member.circuit());
        out.writeEndObject();
    }

    private static double rounded(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(COST_DIGITS).doubleValue() : 0;
    }
}
