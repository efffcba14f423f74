package dev.penstock.label;

import java.util.List;
import java.util.Optional;

/**
 * What the labels of one thing say. Immutable.
 *
 * @param enabled false if a label says that the thing is to be left alone; nothing else was read then
 * @param routes what it claims; empty if it claims nothing
 * @param services those that it is an endpoint of; each has a name of its own
 * @param problems what could not be understood or is not supported yet, one sentence each, with the thing's name; what
 *     they speak of is left out
 */
public record Labelled(boolean enabled, List<LabelRoute> routes, List<LabelService> services, List<String> problems) {
    /** Copies the lists. */
    public Labelled {
        routes = List.copyOf(routes);
        services = List.copyOf(services);
        problems = List.copyOf(problems);
    }

    /**
     * A service by its name.
     *
     * @param name see {@link LabelService#name()}
     * @return empty if the labels speak of no such service
     */
    public Optional<LabelService> service(String name) {
        return services.stream().filter(service -> service.name().equals(name)).findFirst();
    }
}
