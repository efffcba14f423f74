package dev.penstock.catalog;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the definitions of service ports: for each a listener, a service, and a route from the one to the other. Immutable.
 *
 * <p>Of two services of one catalog that claim the same port and transport the first by name has it; the other is left out
 * and reported.
 *
 * @param host where the ports are opened, an IP literal or a name; empty: all addresses of the machine
 */
public record ServicePorts(String host) {
    /** Checks for null. */
    public ServicePorts {
        requireNonNull(host, "host");
    }

    /**
     * The definitions of these ports.
     *
     * @param ports in any order
     * @param skipped what else could not be used, one sentence each
     * @return the same for the same ports in whatever order
     */
    public CatalogReader.Found found(List<ServicePort> ports, List<String> skipped) {
        List<ServicePort> sorted = new ArrayList<>(ports);
        sorted.sort(Comparator.comparing((ServicePort each) -> each.service().name())
                .thenComparing(ServicePort::port)
                .thenComparing(ServicePort::name));
        List<String> problems = new ArrayList<>(skipped);
        Map<String, ServicePort> byName = new LinkedHashMap<>();
        for (ServicePort each : sorted) {
            ServicePort winner = byName.putIfAbsent(each.name(), each);
            if (winner != null) {
                problems.add("service " + each.service().name() + ": port " + each.name()
                        + " (expected: one that service " + winner.service().name() + " does not have)");
            }
        }
        List<ServicePort> kept = List.copyOf(byName.values());
        return CatalogReader.Found.of(
                        kept.stream().map(ServicePort::route).toList(),
                        kept.stream().map(ServicePort::service).toList(),
                        problems)
                .withListeners(kept.stream().map(each -> each.listener(host)).toList());
    }
}
