package dev.penstock.discovery.docker;

import dev.penstock.discovery.Listing;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.label.LabelRoute;
import dev.penstock.label.LabelService;
import dev.penstock.label.Labelled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The newest snapshot as conventions read it. Confined to the serial executor of its daemon.
 *
 * <p>From one snapshot to the next only what changed is read and put elsewhere: what a telling costs goes with the number
 * of changes, but for a look at each thing whether it is the same object.
 */
final class View {
    private static final Labelled NOTHING = new Labelled(true, List.of(), List.of(), List.of());

    private final Conventions conventions;
    private final IdentityHashMap<Thing, Reading> readings = new IdentityHashMap<>();
    private final Map<Labelled, Labelled> claims = new HashMap<>();
    private final Map<String, List<Thing>> services = new HashMap<>();
    private final Map<String, Listing> listings = new HashMap<>();
    private final Map<Integer, IdentityHashMap<Thing, Reading>> selected = new HashMap<>();
    private final Map<String, Map<String, List<Thing>>> byLabel = new HashMap<>();
    private Snapshot snapshot = new Snapshot(List.of(), List.of(), List.of());

    View(Conventions conventions) {
        this.conventions = conventions;
    }

    /** Goes on to another snapshot. */
    void become(Snapshot next) {
        if (!next.ownNetworks().equals(snapshot.ownNetworks())) {
            snapshot.things().forEach(this::remove); // each is read otherwise now
            snapshot = new Snapshot(List.of(), List.of(), next.ownNetworks());
        }
        List<Thing> before = snapshot.things();
        List<Thing> now = next.things();
        List<Thing> added = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < now.size()) {
            Thing old = i < before.size() ? before.get(i) : null;
            Thing young = j < now.size() ? now.get(j) : null;
            if (old != null && old.is(young)) {
                i++;
                j++;
            } else if (young == null || (old != null && Thing.ORDER.compare(old, young) <= 0)) {
                remove(old);
                i++;
            } else {
                added.add(young);
                j++;
            }
        }
        snapshot = next;
        added.forEach(this::add);
        if (claims.size() > 2 * readings.size()) {
            claims.clear();
            readings.values().forEach(reading -> claims.put(reading.says(), reading.says()));
        }
    }

    private void remove(@Nullable Thing thing) {
        byLabel.clear();
        Reading reading = readings.remove(thing);
        if (thing == null || reading == null) {
            return;
        }
        selected.values().forEach(known -> known.remove(thing));
        for (String service : reading.endpoints().keySet()) {
            listings.remove(service);
            services.computeIfPresent(service, (name, things) -> {
                things.removeIf(thing::is);
                return things.isEmpty() ? null : things;
            });
        }
    }

    private void add(Thing thing) {
        byLabel.clear();
        Reading read = ThingReader.read(conventions, thing, snapshot.ownNetworks());
        Labelled says = claims.computeIfAbsent(read.says(), same -> same);
        var reading = new Reading(says, read.endpoints());
        readings.put(thing, reading);
        for (String service : reading.endpoints().keySet()) {
            listings.remove(service);
            List<Thing> things = services.computeIfAbsent(service, name -> new ArrayList<>());
            int place = Collections.binarySearch(things, thing, Thing.ORDER);
            things.add(place < 0 ? -place - 1 : place, thing);
        }
    }

    Snapshot snapshot() {
        return snapshot;
    }

    Conventions conventions() {
        return conventions;
    }

    /**
     * What the things claim that claim or lack something, by the names that messages call them, in their order; without
     * those that only repeat what one before them says and nobody before that denied.
     */
    Map<String, Labelled> claims() {
        Map<String, Labelled> said = new LinkedHashMap<>();
        Map<String, Object> firsts = new HashMap<>();
        Set<Labelled> repeatable = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Thing thing : snapshot.things()) {
            Reading reading = readings.get(thing);
            Labelled says = reading == null ? NOTHING : reading.says();
            if (!repeatable.contains(says) && !says.equals(NOTHING)) {
                boolean taken = said.containsKey(thing.title()); // on two nodes of classic Swarm
                said.put(taken ? thing.title() + " " + thing.id() : thing.title(), says);
                if (isFirst(says, firsts) && says.problems().isEmpty()) {
                    repeatable.add(says);
                }
            }
        }
        return said;
    }

    /** Whether nobody before said anything else of the same routes and services. */
    private static boolean isFirst(Labelled says, Map<String, Object> firsts) {
        boolean first = true;
        for (LabelRoute route : says.routes()) {
            first &= firsts.putIfAbsent("route " + route.name(), route) == null;
        }
        for (LabelService service : says.services()) {
            first &= firsts.putIfAbsent("service " + service.name(), service) == null;
        }
        return first;
    }

    /** The endpoints of a service. */
    Listing service(String name) {
        List<Thing> things = services.get(name);
        if (things == null) {
            return Listing.of(List.of());
        }
        return listings.computeIfAbsent(name, n -> {
            List<Endpoint> endpoints = new ArrayList<>();
            List<String> problems = new ArrayList<>();
            for (Thing thing : things) {
                Reading reading = readings.get(thing);
                if (reading != null) {
                    endpoints.addAll(reading.endpoints().getOrDefault(n, List.of()));
                    problems.addAll(reading.problems());
                }
            }
            return new Listing(endpoints, problems, null);
        });
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
