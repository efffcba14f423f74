package dev.penstock.endpoint;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All endpoints of a service at one moment, in the textual order of their ids. Immutable.
 *
 * @param service whose endpoints they are
 * @param endpoints distinct by id; sorted here, so that the order in which a source lists them means nothing
 * @param source where they were found, as in {@code "file"} or {@code "consul http://10.0.0.9:8500"}
 * @param version grows with each change of this source's set
 */
public record EndpointSet(ServiceName service, List<Endpoint> endpoints, String source, long version) {
    /** Sorts the endpoints and refuses two of one id. */
    public EndpointSet {
        requireNonNull(service, "service");
        requireNonNull(source, "source");
        endpoints =
                endpoints.stream().sorted(Comparator.comparing(Endpoint::id)).toList();
        Set<String> ids = new HashSet<>();
        for (Endpoint endpoint : endpoints) {
            if (!ids.add(endpoint.id())) {
                throw new IllegalArgumentException(
                        "endpoint id: \"" + endpoint.id() + "\" of service \"" + service + "\" (expected: given once)");
            }
        }
    }
}
