package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.ServiceName;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/**
 * The definition of a service. Immutable.
 *
 * @param name what routes call it
 * @param balancer the name of its rule
 * @param endpoints those known beforehand; may be empty
 * @param discover where more are found, as in {@code dns:///site.internal:8080}; an earlier one wins over a later one
 *     that names the same endpoint
 * @param timeouts how long the proxy waits for an endpoint
 * @param attempts attempts at one request at most, each at an address of an endpoint, {@code 1..10}
 * @param hostHeader which Host header an endpoint sees
 * @param health how it judges its endpoints over time
 * @param provenance where it is defined
 */
public record ServiceSpec(
        ServiceName name,
        String balancer,
        List<Endpoint> endpoints,
        List<URI> discover,
        UpstreamTimeouts timeouts,
        int attempts,
        HostHeader hostHeader,
        HealthSpec health,
        Provenance provenance) {
    /** The balancer of a service that names none. */
    public static final String DEFAULT_BALANCER = "round_robin";

    /** The attempts of a service that says nothing about them. */
    public static final int DEFAULT_ATTEMPTS = 3;

    /** Checks ranges and copies the lists. */
    public ServiceSpec {
        requireNonNull(name, "name");
        requireNonNull(balancer, "balancer");
        requireNonNull(timeouts, "timeouts");
        requireNonNull(hostHeader, "hostHeader");
        requireNonNull(health, "health");
        requireNonNull(provenance, "provenance");
        endpoints = List.copyOf(endpoints);
        discover = List.copyOf(discover);
        if (attempts < 1 || attempts > 10) {
            throw new IllegalArgumentException("attempts: " + attempts + " (expected: 1..10)");
        }
    }

    /**
     * A service in code, with the documented defaults.
     *
     * @param name see {@link #name()}
     * @param endpoints addresses, see {@link Endpoint#parse(String)}
     * @return the definition
     */
    public static ServiceSpec of(String name, String... endpoints) {
        return new ServiceSpec(
                ServiceName.of(name),
                DEFAULT_BALANCER,
                Stream.of(endpoints).map(Endpoint::parse).toList(),
                List.of(),
                UpstreamTimeouts.defaults(),
                DEFAULT_ATTEMPTS,
                HostHeader.KEEP,
                HealthSpec.defaults(),
                Provenance.CODE);
    }

    /**
     * The same service under another rule.
     *
     * @param balancer see {@link #balancer()}
     * @return a copy
     */
    public ServiceSpec withBalancer(String balancer) {
        return new ServiceSpec(name, balancer, endpoints, discover, timeouts, attempts, hostHeader, health, provenance);
    }

    /**
     * The same service with other endpoints.
     *
     * @param endpoints see {@link #endpoints()}
     * @return a copy
     */
    public ServiceSpec withEndpoints(List<Endpoint> endpoints) {
        return new ServiceSpec(name, balancer, endpoints, discover, timeouts, attempts, hostHeader, health, provenance);
    }

    /**
     * The same service with other sources.
     *
     * @param discover see {@link #discover()}
     * @return a copy
     */
    public ServiceSpec withDiscover(URI... discover) {
        return new ServiceSpec(
                name, balancer, endpoints, List.of(discover), timeouts, attempts, hostHeader, health, provenance);
    }

    /**
     * The same service with other timeouts.
     *
     * @param timeouts see {@link #timeouts()}
     * @return a copy
     */
    public ServiceSpec withTimeouts(UpstreamTimeouts timeouts) {
        return new ServiceSpec(name, balancer, endpoints, discover, timeouts, attempts, hostHeader, health, provenance);
    }

    /**
     * The same service with another number of attempts.
     *
     * @param attempts see {@link #attempts()}
     * @return a copy
     */
    public ServiceSpec withAttempts(int attempts) {
        return new ServiceSpec(name, balancer, endpoints, discover, timeouts, attempts, hostHeader, health, provenance);
    }

    /**
     * The same service with another Host header.
     *
     * @param hostHeader see {@link #hostHeader()}
     * @return a copy
     */
    public ServiceSpec withHostHeader(HostHeader hostHeader) {
        return new ServiceSpec(name, balancer, endpoints, discover, timeouts, attempts, hostHeader, health, provenance);
    }

    /**
     * The same service with another way to judge its endpoints.
     *
     * @param health see {@link #health()}
     * @return a copy
     */
    public ServiceSpec withHealth(HealthSpec health) {
        return new ServiceSpec(name, balancer, endpoints, discover, timeouts, attempts, hostHeader, health, provenance);
    }
}
