package dev.penstock.discovery.docker;

import dev.penstock.discovery.Listing;
import dev.penstock.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A snapshot as conventions read it. Thread-safe: what it finds is kept, and never changes. */
final class View {
    private final Snapshot snapshot;
    private final Conventions conventions;
    private final IdentityHashMap<Thing, Reading> readings = new IdentityHashMap<>();
    private final Map<String, List<Reading>> services = new HashMap<>();
    private @Nullable Map<String, List<Thing>> byLabel;

    /**
     * Reads what is new.
     *
     * @param before what is the same as there is not read again
     */
    View(Snapshot snapshot, Conventions conventions, @Nullable View before) {
        this.snapshot = snapshot;
        this.conventions = conventions;
        boolean useful = before != null && before.snapshot.ownNetworks().equals(snapshot.ownNetworks());
        for (Thing thing : snapshot.things()) {
            Reading known = useful && before != null ? before.readings.get(thing) : null;
            Reading reading = known == null ? ThingReader.read(conventions, thing, snapshot.ownNetworks()) : known;
            readings.put(thing, reading);
            reading.endpoints()
                    .keySet()
                    .forEach(service -> services.computeIfAbsent(service, s -> new ArrayList<>())
                            .add(reading));
        }
    }

    Snapshot snapshot() {
        return snapshot;
    }

    Conventions conventions() {
        return conventions;
    }

    /** A thing and what it says. */
    record Read(Thing thing, Reading reading) {}

    /** What each thing says, in their order. */
    List<Read> readings() {
        List<Read> ordered = new ArrayList<>();
        for (Thing thing : snapshot.things()) {
            Reading reading = readings.get(thing);
            if (reading != null) {
                ordered.add(new Read(thing, reading));
            }
        }
        return ordered;
    }

    /** The endpoints of a service. */
    Listing service(String name) {
        List<Endpoint> endpoints = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Reading reading : services.getOrDefault(name, List.of())) {
            endpoints.addAll(reading.endpoints().getOrDefault(name, List.of()));
            problems.addAll(reading.problems());
        }
        return new Listing(endpoints, problems, null);
    }

    /** The endpoints of the things that have all of these labels. */
    Listing labelled(Map<String, String> labels, int port) {
        List<Endpoint> endpoints = new ArrayList<>();
        List<String> problems = new ArrayList<>(snapshot.problems());
        for (Thing thing : candidates(labels)) {
            if (labels.entrySet().stream().allMatch(label -> matches(thing, label))) {
                Reading reading = ThingReader.select(conventions, thing, snapshot.ownNetworks(), port);
                endpoints.addAll(reading.endpoints().getOrDefault("", List.of()));
                problems.addAll(reading.problems());
            }
        }
        return new Listing(endpoints, problems, null);
    }

    private static boolean matches(Thing thing, Map.Entry<String, String> label) {
        String value = thing.labels().get(label.getKey());
        return value != null && (label.getValue().isEmpty() || value.equals(label.getValue()));
    }

    private static String key(String name, String value) {
        return name + "\0" + value;
    }

    /** The things that have the rarest of the labels. */
    private synchronized List<Thing> candidates(Map<String, String> labels) {
        Map<String, List<Thing>> index = byLabel;
        if (index == null) {
            index = new HashMap<>();
            for (Thing thing : snapshot.things()) {
                for (Map.Entry<String, String> label : thing.labels().entrySet()) {
                    index.computeIfAbsent(key(label.getKey(), label.getValue()), k -> new ArrayList<>())
                            .add(thing);
                    if (!label.getValue().isEmpty()) {
                        index.computeIfAbsent(key(label.getKey(), ""), k -> new ArrayList<>())
                                .add(thing);
                    }
                }
            }
            byLabel = index;
        }
        List<Thing> fewest = snapshot.things();
        for (Map.Entry<String, String> label : labels.entrySet()) {
            List<Thing> having = index.getOrDefault(key(label.getKey(), label.getValue()), List.of());
            fewest = having.size() < fewest.size() ? having : fewest;
        }
        return fewest;
    }
}
