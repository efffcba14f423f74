package dev.penstock.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.penstock.Penstock;
import dev.penstock.Table;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.discovery.ServiceState;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.middleware.Middleware;
import dev.penstock.middleware.RouteGate;
import dev.penstock.retry.Retries;
import dev.penstock.retry.RetrySpec;
import dev.penstock.route.HostMatch;
import dev.penstock.route.Match;
import dev.penstock.route.PathMatch;
import dev.penstock.route.Route;
import dev.penstock.route.ValueMatch;
import dev.penstock.service.EndpointHealth;
import dev.penstock.service.Service;
import dev.penstock.service.Snapshot;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes what is in effect as JSON. Stateless.
 *
 * <p>Says nothing that may be secret: no metadata, no value of a header or query condition, no credentials or query of a
 * source's URI.
 */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** A piece of a document. */
    @FunctionalInterface
    interface Piece {
        void write(JsonGenerator out) throws IOException;
    }

    static String error(String message) {
        return object(out -> out.writeStringField("message", message));
    }

    static String state(ProgramFacts facts, Status status, Penstock penstock, long nowNanos) {
        Table table = penstock.table();
        return object(out -> {
            out.writeStringField("version", facts.version());
            out.writeStringField("status", status.name());
            out.writeStringField("transport", facts.transport());
            out.writeStringField("tls", facts.tls());
            out.writeObjectFieldStart("buffers");
            out.writeNumberField("held", facts.buffers().heldBytes());
            out.writeNumberField("most", facts.buffers().mostBytes());
            out.writeEndObject();
            out.writeObjectFieldStart("file");
            out.writeNumberField("refused", facts.file().refused());
            out.writeArrayFieldStart("faults");
            for (String fault : facts.file().faults()) {
                out.writeString(fault);
            }
            out.writeEndArray();
            out.writeEndObject();
            out.writeArrayFieldStart("listeners");
            for (ListenerSpec listener : table.listeners()) {
                listener(out, listener, facts);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("routes");
            for (Route route : table.routes()) {
                route(out, route, table);
            }
            out.writeEndArray();
            SourceJson.write(out, penstock, nowNanos);
            out.writeArrayFieldStart("services");
            var entrances = new Entrances(table, facts);
            for (Service service : table.services()) {
                service(out, service, entrances, nowNanos);
            }
            out.writeEndArray();
        });
    }

    /** What is written between the braces of an object. */
    static String object(Piece content) {
        return value(out -> {
            out.writeStartObject();
            content.write(out);
            out.writeEndObject();
        });
    }

    static String value(Piece content) {
        return written(content, true);
    }

    /** The same in one line. */
    static String compact(Piece content) {
        return written(content, false);
    }

    private static String written(Piece content, boolean pretty) {
        var text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            if (pretty) {
                out.setPrettyPrinter(new DefaultPrettyPrinter());
            }
            content.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    static void listener(JsonGenerator out, ListenerSpec listener, ProgramFacts facts) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", listener.name());
        ListenerFacts bound = facts.listeners().get(listener.name());
        out.writeStringField("address", bound == null ? listener.address() : bound.address());
        out.writeStringField("protocol", listener.protocol().token());
        out.writeStringField("definedIn", place(listener.provenance()));
        out.writeBooleanField("open", bound != null && bound.problem().isEmpty());
        if (bound != null && !bound.problem().isEmpty()) {
            out.writeStringField("problem", bound.problem());
        }
        out.writeNumberField("connections", bound == null ? 0 : bound.connections());
        TlsJson.listener(out, bound == null ? null : bound.tls());
        out.writeObjectFieldStart("refused");
        if (bound != null) {
            for (Map.Entry<String, Long> reason : new TreeMap<>(bound.refused()).entrySet()) {
                out.writeNumberField(reason.getKey(), reason.getValue());
            }
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    /** Where something is defined. */
    static String place(Provenance provenance) {
        return place(provenance.source(), provenance.place());
    }

    private static String place(String source, String place) {
        return place.isEmpty() ? source : source + ", " + place;
    }

    static void route(JsonGenerator out, Route route, Table table) throws IOException {
        Match match = route.match();
        out.writeStartObject();
        out.writeStringField("name", route.name());
        out.writeStringField("service", route.service().value());
        out.writeNumberField("priority", route.priority());
        out.writeStringField("host", host(match.host()));
        path(out, match.path());
        texts(out, "methods", match.methods().stream().sorted().toList());
        texts(out, "headers", match.headers().stream().map(ValueMatch::name).toList());
        texts(out, "query", match.query().stream().map(ValueMatch::name).toList());
        texts(out, "listeners", match.listeners().stream().sorted().toList());
        texts(out, "schemes", match.schemes().stream().sorted().toList());
        Optional<RouteGate> gate = table.gate(route);
        if (gate.isPresent()) {
            middleware(out, gate.get());
        }
        out.writeEndObject();
    }

    private static void middleware(JsonGenerator out, RouteGate gate) throws IOException {
        texts(
                out,
                "middleware",
                gate.middleware().stream().map(Middleware::text).toList());
        out.writeObjectFieldStart("refused");
        for (Map.Entry<String, Long> count : gate.refused().entrySet()) {
            out.writeNumberField(count.getKey(), count.getValue());
        }
        out.writeEndObject();
    }

    private static String host(HostMatch host) {
        if (host instanceof HostMatch.Exact exact) {
            return exact.name();
        }
        return host instanceof HostMatch.Below below ? "*." + below.domain() : "*";
    }

    private static void path(JsonGenerator out, PathMatch path) throws IOException {
        out.writeObjectFieldStart("path");
        if (path instanceof PathMatch.Exact exact) {
            out.writeStringField("exact", exact.path());
        } else if (path instanceof PathMatch.Pattern pattern) {
            out.writeStringField("pattern", pattern.pattern());
        } else {
            out.writeStringField("prefix", path instanceof PathMatch.Prefix prefix ? prefix.path() : "/");
        }
        out.writeEndObject();
    }

    static void texts(JsonGenerator out, String field, Collection<String> texts) throws IOException {
        out.writeArrayFieldStart(field);
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }

    static void service(JsonGenerator out, Service service, Entrances entrances, long nowNanos) throws IOException {
        ServiceSpec spec = service.spec();
        out.writeStartObject();
        out.writeStringField("name", spec.name().value());
        out.writeStringField("balancer", spec.balancer());
        out.writeStringField("definedIn", place(spec.provenance()));
        texts(
                out,
                "discover",
                spec.discover().stream().map(Json::withoutSecrets).toList());
        entrances.write(out, spec.name());
        TlsJson.service(out, spec);
        AnswersJson.write(out, service);
        source(out, service, nowNanos);
        out.writeNumberField("plugInFaults", service.plugInFaults());
        LimitsJson.write(out, service.limits());
        LimitsJson.fallback(out, service);
        retry(out, spec.retry(), service.retries());
        ShadowJson.write(out, service);
        out.writeBooleanField("panic", service.snapshot().panic());
        out.writeArrayFieldStart("endpoints");
        for (Snapshot.Member member : service.snapshot().members()) {
            endpoint(out, member, service.health(member.endpoint().id()), nowNanos);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void retry(JsonGenerator out, RetrySpec spec, Retries retries) throws IOException {
        out.writeObjectFieldStart("retry");
        out.writeNumberField("attempts", spec.attempts());
        out.writeNumberField("granted", retries.retries());
        out.writeNumberField("hedges", retries.hedges());
        out.writeNumberField("denied", retries.budget().denied());
        out.writeNumberField("left", retries.budget().left(spec.budget()));
        out.writeEndObject();
    }

    static String withoutSecrets(URI uri) {
        String text = uri.toString();
        int end = text.indexOf('?') >= 0 ? text.indexOf('?') : text.length();
        return text.substring(0, end).replaceFirst("//[^/@]*@", "//");
    }

    private static void source(JsonGenerator out, Service service, long nowNanos) throws IOException {
        ServiceState state = service.state();
        out.writeObjectFieldStart("source");
        out.writeStringField("state", state.getClass().getSimpleName().toUpperCase(Locale.ROOT));
        out.writeNumberField("stateSeconds", SourceJson.seconds(nowNanos - service.stateSinceNanos()));
        if (state instanceof ServiceState.Stale stale) {
            SourceJson.problem(out, stale.problem(), nowNanos - stale.sinceNanos());
        } else if (state instanceof ServiceState.Failed failed) {
            SourceJson.problem(out, failed.problem(), nowNanos - failed.sinceNanos());
        }
        texts(out, "skipped", service.skipped());
        out.writeEndObject();
    }

    static void endpoint(JsonGenerator out, Snapshot.Member member, EndpointHealth health, long nowNanos)
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
        HealthJson.write(out, health, nowNanos);
        out.writeStringField("source", member.origin().source());
        out.writeNumberField("revision", member.origin().revision());
        out.writeNumberField(
                "ageSeconds", SourceJson.seconds(nowNanos - member.origin().sinceNanos()));
        LoadJson.write(out, member.load(), nowNanos);
        LimitsJson.circuit(out, member.circuit());
        out.writeEndObject();
    }
}
