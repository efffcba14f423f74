package dev.penstock.discovery.docker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    /** In which things are listed, so that nothing depends on the order in which a daemon lists them. */
    static final Comparator<Thing> ORDER = Comparator.comparing(Thing::title).thenComparing(Thing::id);

    Thing {
        labels = Map.copyOf(labels);
        variables = Map.copyOf(variables);
        places = List.copyOf(places);
    }

    /** Puts things in order; {@code before}: others in order, of which most are the same objects. */
    static List<Thing> inOrder(Map<String, Thing> things, List<Thing> before) {
        List<Thing> ordered = new ArrayList<>(things.size());
        for (Thing thing : before) {
            if (thing.is(things.get(thing.id()))) {
                ordered.add(thing);
            }
        }
        if (ordered.size() < things.size()) {
            Set<Thing> known = Collections.newSetFromMap(new IdentityHashMap<>());
            known.addAll(ordered);
            things.values().stream().filter(thing -> !known.contains(thing)).forEach(ordered::add);
            ordered.sort(ORDER); // what is sorted already costs one comparison each
        }
        return ordered;
    }

    /** Whether it is that very object, as a thing is while nothing of it changes. */
    @SuppressWarnings("ReferenceEquality") // what it says
    boolean is(@Nullable Thing other) {
        return this == other;
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
