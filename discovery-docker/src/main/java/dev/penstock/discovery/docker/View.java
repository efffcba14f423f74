package dev.penstock.discovery.docker;

import dev.penstock.discovery.Listing;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.label.Labelled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A snapshot as conventions read it. Confined to the serial executor of its daemon. */
final class View {
    private static final Labelled NOTHING = new Labelled(true, List.of(), List.of(), List.of());

    private final Snapshot snapshot;
    private final Conventions conventions;
    private final IdentityHashMap<Thing, Reading> readings = new IdentityHashMap<>();
    private final Map<String, Labelled> says = new HashMap<>();
    private final Map<String, List<Reading>> services = new HashMap<>();
    private final Map<Integer, IdentityHashMap<Thing, Reading>> selected = new HashMap<>();
    private final Map<String, Map<String, List<Thing>>> byLabel = new HashMap<>();

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
            Reading reading = known == null ? read(thing, before) : known;
            readings.put(thing, reading);
            says.put(thing.id(), reading.says());
            reading.endpoints()
                    .keySet()
                    .forEach(service -> services.computeIfAbsent(service, s -> new ArrayList<>())
                            .add(reading));
        }
        if (useful && before != null) {
            before.selected.forEach((port, known) -> {
                var kept = new IdentityHashMap<>(known);
                kept.keySet().retainAll(readings.keySet());
                selected.put(port, kept);
            });
        }
    }

    /** What a thing claims is the same object as long as it is the same. */
    private Reading read(Thing thing, @Nullable View before) {
        Reading reading = ThingReader.read(conventions, thing, snapshot.ownNetworks());
        Labelled said = before == null ? null : before.says.get(thing.id());
        return said != null && said.equals(reading.says()) ? new Reading(said, reading.endpoints()) : reading;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    Conventions conventions() {
        return conventions;
    }

    /** What the things claim that claim or lack something, by the names that messages call them, in their order. */
    Map<String, Labelled> claims() {
        Map<String, Labelled> claims = new LinkedHashMap<>();
        for (Thing thing : snapshot.things()) {
            Labelled said = says.getOrDefault(thing.id(), NOTHING);
            if (!said.equals(NOTHING)) {
                boolean taken = claims.containsKey(thing.title()); // on two nodes of classic Swarm
                claims.put(taken ? thing.title() + " " + thing.id() : thing.title(), said);
            }
        }
        return claims;
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
                Reading reading = selected(thing, port);
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

    private Reading selected(Thing thing, int port) {
        return selected.computeIfAbsent(port, p -> new IdentityHashMap<>())
                .computeIfAbsent(thing, t -> ThingReader.select(conventions, t, snapshot.ownNetworks(), port));
    }

    /** The things that have the rarest of the labels. */
    private List<Thing> candidates(Map<String, String> labels) {
        List<Thing> fewest = snapshot.things();
        for (Map.Entry<String, String> label : labels.entrySet()) {
            List<Thing> having = index(label.getKey()).getOrDefault(label.getValue(), List.of());
            fewest = having.size() < fewest.size() ? having : fewest;
        }
        return fewest;
    }

    /** The things by the values of a label, and all that have it by the empty value. */
    private Map<String, List<Thing>> index(String name) {
        return byLabel.computeIfAbsent(name, n -> {
            Map<String, List<Thing>> index = new HashMap<>();
            for (Thing thing : snapshot.things()) {
                String value = thing.labels().get(name);
                if (value != null) {
                    index.computeIfAbsent(value, v -> new ArrayList<>()).add(thing);
                }
                if (value != null && !value.isEmpty()) {
                    index.computeIfAbsent("", v -> new ArrayList<>()).add(thing);
                }
            }
            return index;
        });
    }
}
