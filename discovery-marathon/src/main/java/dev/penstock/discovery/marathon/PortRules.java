package dev.penstock.discovery.marathon;

import dev.penstock.catalog.ServicePorts;
import dev.penstock.discovery.ClusterUri;
import dev.penstock.discovery.UriOptions;
import dev.penstock.limit.Limits;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the service ports of a Marathon are opened here. Immutable.
 *
 * @param ports where they are opened
 * @param balancer the rule of services whose labels name none
 * @param connections of a service at the same time, {@code 1..1000000}
 * @param group how many load balancers share the connections that labels allow, {@code 1..1000000}
 * @param exposeHost whether tasks count that listen on the service port itself at their hosts
 * @param callbackPort our own; 0: none
 */
record PortRules(
        ServicePorts ports, String balancer, int connections, int group, boolean exposeHost, int callbackPort) {
    static final Set<String> FLAGS = Set.of("exposeHost");
    static final Set<String> OPTIONS = Stream.of(
                    Set.of("exposeHost", "group", "maxConnections", "balancer"), ServicePorts.OPTIONS)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private static final String BALANCER = "least_requests";
    private static final int MOST = 1_000_000;

    /**
     * Reads options.
     *
     * @throws IllegalArgumentException if one makes no sense
     */
    static PortRules of(ClusterUri uri, @Nullable CallbackUrl callback) {
        UriOptions options = uri.options();
        return new PortRules(
                ServicePorts.of(options),
                options.text("balancer").orElse(BALANCER),
                options.number("maxConnections", Limits.DEFAULT_REQUESTS, 1, Limits.MAX_REQUESTS),
                options.number("group", 1, 1, MOST),
                options.flag("exposeHost", false),
                callback == null ? 0 : callback.port());
    }
}
