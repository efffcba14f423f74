package dev.penstock.discovery.docker;

import java.util.List;
import java.util.Map;

/**
 * A container, or a service of a swarm, that runs and may be read. Immutable.
 *
 * @param id Docker's own
 * @param title what messages call it, as in {@code container shop-web-1}
 * @param name without that
 * @param labels its own
 * @param variables its environment; it may hold secrets and goes nowhere
 * @param places where it runs: one of a container, one for each running task of a service
 * @param service whether it is a service of a swarm
 * @param stopSignal as its image says; empty: not said
 */
record Thing(
        String id,
        String title,
        String name,
        Map<String, String> labels,
        Map<String, String> variables,
        List<Place> places,
        boolean service,
        String stopSignal) {
    Thing {
        labels = Map.copyOf(labels);
        variables = Map.copyOf(variables);
        places = List.copyOf(places);
    }

    Thing withPlaces(List<Place> places) {
        return new Thing(id, title, name, labels, variables, places, service, stopSignal);
    }

    /** With what the inspection of a container adds to its entry in the list. */
    Thing inspected(Inspections.Inspected inspected) {
        Place place = places.get(0).alsoExposing(inspected.exposed());
        return new Thing(
                id, title, name, labels, inspected.variables(), List.of(place), service, inspected.stopSignal());
    }

    @Override
    public String toString() {
        return title; // not its environment
    }
}
