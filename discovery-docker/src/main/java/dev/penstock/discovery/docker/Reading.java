package dev.penstock.discovery.docker;

import dev.penstock.endpoint.Endpoint;
import dev.penstock.label.Labelled;
import java.util.List;
import java.util.Map;

/**
 * What one thing claims and serves, by conventions. Immutable.
 *
 * @param says routes and services, and one sentence, with the thing's name, for each label or port not understood
 * @param endpoints what it serves, by service; a service without any is one whose things must not be used now
 */
record Reading(Labelled says, Map<String, List<Endpoint>> endpoints) {
    Reading {
        endpoints = Map.copyOf(endpoints);
    }

    List<String> problems() {
        return says.problems();
    }
}
