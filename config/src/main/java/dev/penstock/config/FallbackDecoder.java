package dev.penstock.config;

import dev.penstock.catalog.Fallback;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the fallback of a service: another service by its name, or endpoints that make one, called {@code orders.fallback}.
 * Stateless.
 */
final class FallbackDecoder {
    private static final String EXPECTED =
            "the name of a service, or service or endpoints with statuses, probe, credentials";

    private FallbackDecoder() {}

    /**
     * The service with the fallback that the value says.
     *
     * @param more where the service goes that endpoints of the fallback make; its settings are those of the first
     */
    static ServiceSpec read(Value value, ServiceSpec service, List<ServiceSpec> more) {
        if (value.isScalar()) {
            return service.withFallback(to(name(value)));
        }
        Fields fields = value.fields(EXPECTED);
        ServiceName own = ServiceName.of(service.name() + ".fallback");
        ServiceName other = fields.optional("service", own, FallbackDecoder::name);
        List<Endpoint> endpoints = fields.optional("endpoints", List.of(), FallbackDecoder::endpoints);
        if (value.isMapping() && fields.has("service") == fields.has("endpoints")) {
            value.fault("who stands in is not clear (expected: service or endpoints, one of them)");
        }
        Set<Integer> statuses = fields.optional("statuses", Fallback.DEFAULT_STATUSES, FallbackDecoder::statuses);
        Duration probe =
                fields.optional("probe", Fallback.DEFAULT_PROBE, time -> time.duration(false, Fallback.DEFAULT_PROBE));
        boolean credentials = fields.optional("credentials", true, flag -> flag.flag(true));
        fields.end();
        if (endpoints.isEmpty() && !fields.has("service")) {
            return service; // its fault was told
        }
        if (!endpoints.isEmpty()) {
            String source = service.provenance().source();
            more.add(service.withName(own)
                    .withDiscover()
                    .withShadow(null)
                    .withBalancer("weighted_round_robin") // of many balancers the one that goes by weights exactly
                    .withEndpoints(endpoints)
                    .withProvenance(value.definedIn(source)));
        }
        return service.withFallback(
                to(other).withStatuses(statuses).withProbe(probe).withCredentials(credentials));
    }

    private static Fallback to(ServiceName name) {
        return Fallback.to(name.value());
    }

    private static ServiceName name(Value value) {
        return value.parsed("the name of a service", ServiceName.of("unset"), ServiceName::of);
    }

    private static List<Endpoint> endpoints(Value value) {
        List<Endpoint> endpoints = ServiceDecoder.endpoints(value);
        if (endpoints.isEmpty()) {
            value.fault("none (expected: at least one)");
        }
        return endpoints;
    }

    private static Set<Integer> statuses(Value value) {
        Set<Integer> statuses = new LinkedHashSet<>();
        value.oneOrMore("a list of statuses in 400..599")
                .forEach(status -> statuses.add(status.integer(400, 599, 503)));
        return statuses;
    }
}
