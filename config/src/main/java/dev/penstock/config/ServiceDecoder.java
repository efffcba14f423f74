package dev.penstock.config;

import dev.penstock.catalog.HostHeader;
import dev.penstock.catalog.LoadReports;
import dev.penstock.catalog.Provenance;
import dev.penstock.catalog.ProxyProtocol;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.catalog.ShadowSpec;
import dev.penstock.catalog.UpstreamTimeouts;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import dev.penstock.tls.UpstreamTls;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads services. Stateless. */
final class ServiceDecoder {
    private static final String ADDRESS_EXPECTED = "host:port or [IPv6]:port, port in 1..65535";
    private static final Endpoint UNSET =
            Endpoint.of("unset", 1).withMetadata(Map.of("unset", "")); // no address says that
    private static final Map<String, HostHeader> HOST_HEADER = new LinkedHashMap<>();
    private static final Map<String, ProxyProtocol> PROXY_PROTOCOL = new LinkedHashMap<>();

    private static final Map<String, LoadReports> LOAD_REPORTS = new LinkedHashMap<>();

    static {
        HOST_HEADER.put("keep", HostHeader.KEEP);
        HOST_HEADER.put("endpoint", HostHeader.ENDPOINT);
        PROXY_PROTOCOL.put("off", ProxyProtocol.OFF);
        PROXY_PROTOCOL.put("v1", ProxyProtocol.V1);
        PROXY_PROTOCOL.put("v2", ProxyProtocol.V2);
        LOAD_REPORTS.put("strip", LoadReports.STRIP);
        LOAD_REPORTS.put("pass", LoadReports.PASS);
    }

    private ServiceDecoder() {}

    static ServiceSpec builtInDefaults() {
        return ServiceSpec.of("defaults");
    }

    /** The settings of a service that says nothing: those in {@code defaults.service}. */
    static ServiceSpec defaults(Value value) {
        Fields fields = value.fields("settings of services");
        ServiceSpec defaults = settings(fields, builtInDefaults());
        fields.end();
        return defaults;
    }

    /** A service; before it the one that it defines to stand in for it, if it does. */
    static List<ServiceSpec> service(ServiceName name, Value value, ServiceSpec defaults, String source) {
        Fields fields = value.fields("keys with values: endpoints, discover, balancer ...");
        if (value.isMapping() && !fields.has("endpoints") && !fields.has("discover")) {
            value.fault("no endpoints (expected: endpoints, discover or both)");
        }
        Provenance provenance = value.definedIn(source);
        ServiceSpec named = defaults.withName(name)
                .withEndpoints(fields.optional("endpoints", List.of(), ServiceDecoder::endpoints))
                .withDiscover(fields.optional("discover", List.<URI>of(), ServiceDecoder::uris)
                        .toArray(new URI[0]))
                .withProvenance(provenance);
        List<ServiceSpec> services = new ArrayList<>();
        ServiceSpec plain = settings(fields, named);
        ServiceSpec read = fields.optional("shadow", plain, shadow -> plain.withShadow(shadow(shadow)));
        ServiceSpec service =
                fields.optional("fallback", read, fallback -> FallbackDecoder.read(fallback, read, services));
        fields.end();
        services.add(service);
        return services;
    }

    private static ServiceSpec settings(Fields fields, ServiceSpec base) {
        return LimitsDecoder.limits(fields, base)
                .withBalancer(fields.optional("balancer", base.balancer(), value -> value.text(base.balancer())))
                .withRetry(RetryDecoder.settings(fields, base.retry()))
                .withHostHeader(fields.optional(
                        "hostHeader", base.hostHeader(), value -> value.word(HOST_HEADER, base.hostHeader())))
                .withProxyProtocol(fields.optional(
                        "proxyProtocol",
                        base.proxyProtocol(),
                        value -> value.word(PROXY_PROTOCOL, base.proxyProtocol())))
                .withLoadReports(fields.optional(
                        "loadReports", base.loadReports(), value -> value.word(LOAD_REPORTS, base.loadReports())))
                .withTimeouts(fields.optional("timeouts", base.timeouts(), value -> timeouts(value, base.timeouts())))
                .withTls(fields.<UpstreamTls>nullable(
                        "tls", base.tls(), value -> TlsDecoder.upstream(value, base.tls())))
                .withHealth(HealthDecoder.health(fields, base.health()));
    }

    private static @Nullable ShadowSpec shadow(Value value) {
        if (value.isScalar()) {
            String balancer = value.text("");
            return balancer.isEmpty() ? null : ShadowSpec.of(balancer);
        }
        Fields fields = value.fields("the name of a balancer, or balancer with samplePercent");
        String balancer = fields.required("balancer", "the name of a balancer", "", name -> name.text(""));
        int sample = fields.optional("samplePercent", 100, number -> number.integer(1, 100, 100));
        fields.end();
        return balancer.isEmpty() ? null : new ShadowSpec(balancer, sample);
    }

    private static UpstreamTimeouts timeouts(Value value, UpstreamTimeouts base) {
        Fields fields = value.fields("connect, response, idle, tunnel");
        var timeouts = new UpstreamTimeouts(
                fields.optional("connect", base.connect(), time -> time.duration(false, base.connect())),
                fields.optional("response", base.response(), time -> time.duration(false, base.response())),
                fields.optional("idle", base.idle(), time -> time.duration(false, base.idle())),
                fields.optional("tunnel", base.tunnel(), time -> time.duration(false, base.tunnel())));
        fields.end();
        return timeouts;
    }

    static List<Endpoint> endpoints(Value value) {
        return value.oneOrMore("a list of addresses").stream()
                .map(ServiceDecoder::endpoint)
                .toList();
    }

    private static Endpoint endpoint(Value value) {
        if (value.isScalar()) {
            return address(value);
        }
        Fields fields = value.fields("an address, or address with weight");
        Endpoint given = fields.required("address", ADDRESS_EXPECTED, UNSET, ServiceDecoder::address);
        int weight = fields.optional("weight", 1, number -> number.integer(0, Endpoint.MAX_WEIGHT, 1));
        int priority = fields.optional("priority", 0, number -> number.integer(0, 65_535, 0));
        Map<String, String> metadata = fields.optional("metadata", Map.of(), ServiceDecoder::metadata);
        fields.end();
        Endpoint endpoint = given.equals(UNSET) ? standIn(value) : given;
        return endpoint.withWeight(weight).withPriority(priority).withMetadata(metadata);
    }

    private static Map<String, String> metadata(Value value) {
        Map<String, String> metadata = new LinkedHashMap<>();
        value.fields("keys with texts").all().forEach((key, text) -> metadata.put(key, text.spelled()));
        return metadata;
    }

    private static Endpoint address(Value value) {
        Endpoint parsed = value.parsed(ADDRESS_EXPECTED, UNSET, Endpoint::parse);
        return parsed.equals(UNSET) ? standIn(value) : parsed;
    }

    // Each stand-in is unlike every other endpoint, lest two faults also look like a duplicate.
    private static Endpoint standIn(Value value) {
        return Endpoint.of("unset." + value.path().replaceAll("[^0-9a-z]", "-"), 1);
    }

    private static List<URI> uris(Value value) {
        return value.oneOrMore("a URI, or a list of them").stream()
                .map(item -> Uris.of(item, "a URI as in dns:///site.internal:8080"))
                .toList();
    }
}
