package dev.penstock.discovery.docker;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.label.LabelService;
import dev.penstock.route.Match;
import java.util.List;
import java.util.Map;

/**
 * What one thing claims and serves, by conventions. Immutable.
 *
 * @param routes what it claims
 * @param endpoints what it serves, by service; a service without any is one whose things must not be used now
 * @param settings what its labels say of services, by their names
 * @param problems one sentence for each label or port that is not understood, with the thing's name
 */
record Reading(
        List<Claim> routes,
        Map<String, List<Endpoint>> endpoints,
        Map<String, LabelService> settings,
        List<String> problems) {
    Reading {
        routes = List.copyOf(routes);
        endpoints = Map.copyOf(endpoints);
        settings = Map.copyOf(settings);
        problems = List.copyOf(problems);
    }

    /**
     * A route that a thing asks for.
     *
     * @param name what the thing calls it
     * @param match its condition
     * @param priority a higher number is asked first
     * @param service where it leads
     */
    record Claim(String name, Match match, int priority, String service) {}
}
