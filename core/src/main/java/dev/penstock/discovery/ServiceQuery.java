package dev.penstock.discovery;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.ServiceName;
import java.util.Map;

/**
 * What a watch looks for. Immutable.
 *
 * @param service the name of the service here
 * @param name the name of the service at the source; often the same
 * @param options what narrows the search, in the words of the source (as in {@code tag=v2})
 */
public record ServiceQuery(ServiceName service, String name, Map<String, String> options) {
    /** Copies the options. */
    public ServiceQuery {
        requireNonNull(service, "service");
        requireNonNull(name, "name");
        options = Map.copyOf(options);
    }

    /**
     * A query without options for a service that has the same name at the source.
     *
     * @param service its name
     * @return the query
     */
    public static ServiceQuery of(ServiceName service) {
        return new ServiceQuery(service, service.value(), Map.of());
    }
}
