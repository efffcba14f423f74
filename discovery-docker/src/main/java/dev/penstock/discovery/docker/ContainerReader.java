package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.discovery.Problems;
import dev.penstock.discovery.docker.Inspections.Inspected;
import dev.penstock.endpoint.Phase;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the running containers. Confined to the daemon's reads, which come one after the other. */
final class ContainerReader {
    private static final String LIST = "/containers/json";
    private static final String SHARES = "container:";
    private static final int LONGEST_ID = 128;
    private static final int SHORT_ID = 12;

    /** So that the URI stays below the 8 KiB that proxies take. */
    private static final int IDS_PER_LIST = 64;

    private final DockerApi api;
    private final Inspections inspections;
    private Map<String, Entry> entries = Map.of();
    private Map<String, Listed> listings = Map.of();
    private List<String> nameless = List.of();
    private Found newest = new Found(Map.of(), List.of(), false);

    ContainerReader(DockerApi api, Duration timeout, DiscoveryContext context) {
        this.api = api;
        inspections = new Inspections(api, timeout, context);
    }

    /**
     * A container of a list.
     *
     * @param listed as the list has it; null if it could not be read
     * @param thing with what its inspection said; null if that could not be read
     * @param owner the container whose network it shares; empty: none
     * @param problem why it could not be read; empty if it could
     */
    private record Entry(@Nullable Thing listed, @Nullable Thing thing, String owner, String problem) {
        private static Entry bad(String problem) {
            return new Entry(null, null, "", problem);
        }

        private boolean lists(Entry other) {
            return problem.isEmpty() && other.owner.equals(owner) && Objects.equals(other.listed, listed);
        }
    }

    /** What an element of a list came to; as long as its bytes are the same, so is this. */
    private record Listed(String id, Entry entry) {}

    /**
     * What was found.
     *
     * @param things by id; those that are the same as before are the same objects
     * @param problems one sentence for each that could not be read
     * @param changed whether there is any difference to what was found before
     */
    record Found(Map<String, Thing> things, List<String> problems, boolean changed) {}

    /**
     * Reads.
     *
     * @param ids of containers that may have changed; null: all
     */
    Found read(@Nullable List<String> ids) throws InterruptedException {
        Map<String, Entry> listed = new LinkedHashMap<>();
        List<String> without = ids == null ? new ArrayList<>() : new ArrayList<>(nameless);
        Map<String, Listed> fingerprints = new HashMap<>();
        for (String path : paths(ids)) {
            api.each(path, element -> list(element, listed, without, fingerprints));
        }
        if (ids == null) {
            listings = fingerprints;
        }
        inspections.read(listed.keySet());
        Map<String, Entry> next = ids == null ? new LinkedHashMap<>() : new LinkedHashMap<>(entries);
        if (ids != null) {
            next.keySet().removeAll(Set.copyOf(ids));
        }
        boolean changed = ids != null;
        for (Map.Entry<String, Entry> one : listed.entrySet()) {
            Entry before = entries.get(one.getKey());
            Entry now = before != null && before.lists(one.getValue()) ? before : whole(one.getKey(), one.getValue());
            if (now != null) {
                changed |= !now.equals(before);
                next.put(one.getKey(), now);
            }
        }
        changed |= entries.size() != next.size() || !nameless.equals(without);
        inspections.keep(next.keySet());
        entries = next;
        nameless = without;
        newest = changed ? found(next) : new Found(newest.things(), newest.problems(), false);
        return newest;
    }

    private static List<String> paths(@Nullable List<String> ids) {
        if (ids == null) {
            return List.of(LIST);
        }
        List<String> paths = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += IDS_PER_LIST) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + IDS_PER_LIST));
            String filters = "{\"id\":[\"" + String.join("\",\"", some) + "\"]}";
            paths.add(LIST + "?filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8));
        }
        return paths;
    }

    private Found found(Map<String, Entry> entries) {
        Map<String, Thing> things = new LinkedHashMap<>();
        Map<String, String> sharing = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>(nameless);
        entries.forEach((id, entry) -> {
            if (entry.thing != null) {
                things.put(id, entry.thing);
            }
            if (!entry.owner.isEmpty()) {
                sharing.put(id, entry.owner);
            }
            if (!entry.problem.isEmpty()) {
                problems.add(entry.problem);
            }
        });
        sharing.forEach((id, other) -> share(things, id, other));
        return new Found(things, problems, true);
    }

    private void list(
            Elements element, Map<String, Entry> listed, List<String> nameless, Map<String, Listed> fingerprints)
            throws IOException {
        String fingerprint = element.fingerprint();
        Listed same = listings.get(fingerprint);
        Listed found = same == null ? listed(element.tree(), listed.size() + nameless.size(), nameless) : same;
        if (found != null) {
            listed.put(found.id, found.entry);
            fingerprints.put(fingerprint, found);
        }
    }

    /** As the list says; null if it does not run, or has no id. */
    private static @Nullable Listed listed(JsonNode entry, int index, List<String> nameless) {
        String id = entry.path("Id").asText("");
        String title = title(entry, index);
        if (!isId(id)) {
            nameless.add(title + ": Id: \"" + Problems.line(id) + "\" (expected: letters and digits)");
            return null;
        }
        try {
            Thing thing = thing(id, entry);
            String mode = Fields.text(entry, "HostConfig", "NetworkMode");
            String owner = mode.startsWith(SHARES) ? mode.substring(SHARES.length()) : "";
            return thing == null ? null : new Listed(id, new Entry(thing, null, owner, ""));
        } catch (IllegalArgumentException e) {
            return new Listed(id, Entry.bad(title + ": " + Problems.of(e)));
        }
    }

    /** With what its inspection said; null if it is gone. */
    private @Nullable Entry whole(String id, Entry listed) {
        Inspected inspected = inspections.of(id);
        Thing thing = listed.listed;
        if (thing == null || inspected == null) {
            return listed;
        }
        if (inspected.gone()) {
            return null;
        }
        return inspected.problem().isEmpty()
                ? new Entry(thing, thing.inspected(inspected), listed.owner, "")
                : Entry.bad(thing.title() + ": " + inspected.problem());
    }

    static boolean isId(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_ID
                && text.chars().allMatch(c -> c < 128 && Character.isLetterOrDigit(c));
    }

    private static String title(JsonNode entry, int index) {
        String name = entry.path("Names").path(0).asText("");
        return name.isEmpty() ? "containers[" + index + "]" : "container " + Problems.line(name(List.of(name)));
    }

    /** As the list says; null unless it runs. */
    private static @Nullable Thing thing(String id, JsonNode entry) {
        String status = Fields.text(entry, "Status");
        String state = Fields.text(entry, "State");
        boolean paused = state.equals("paused") || status.contains("(Paused)");
        if (!paused && !(state.isEmpty() ? status.startsWith("Up") : state.equals("running"))) {
            return null;
        }
        String name = name(Fields.texts(entry, "Names"));
        SortedMap<String, String> addresses = addresses(Fields.members(entry, "NetworkSettings", "Networks"));
        Bindings bindings = new Bindings();
        Set<Integer> exposed = new HashSet<>();
        for (JsonNode port : Fields.items(entry, "Ports")) {
            if (Fields.text(port, "Type").equals("tcp")) {
                int container = Fields.port(port, "PrivatePort");
                exposed.add(container);
                bindings.add(container, Fields.text(port, "IP"), Fields.port(port, "PublicPort"));
            }
        }
        Map<String, String> labels = Fields.labels(entry, "Labels");
        exposed.remove(0);
        boolean hostNetwork =
                Fields.text(entry, "HostConfig", "NetworkMode").equals("host") || addresses.containsKey("host");
        addresses.remove("host");
        addresses.values().removeIf(String::isEmpty);
        var place = new Place(
                id,
                paused ? null : phase(status),
                hostNetwork,
                bindings.chosen(),
                addresses,
                exposed,
                metadata(id, name, Fields.text(entry, "Image")));
        String title = "container " + Problems.line(name.isEmpty() ? shortId(id) : name);
        return new Thing(id, title, name.isEmpty() ? shortId(id) : name, labels, Map.of(), List.of(place), false, "");
    }

    private static Map<String, String> metadata(String id, String name, String image) {
        return Map.of("docker.container", name, "docker.id", shortId(id), "docker.image", image);
    }

    static String shortId(String id) {
        return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
    }

    /** Links and the managers of classic Swarm put other names before it, with slashes. */
    private static String name(List<String> names) {
        String shortest = "";
        for (String name : names) {
            shortest = shortest.isEmpty() || name.length() < shortest.length() ? name : shortest;
        }
        return shortest.substring(shortest.lastIndexOf('/') + 1);
    }

    /** What Docker's own health check says stands in the list, in brackets after the age. */
    private static @Nullable Phase phase(String status) {
        if (status.contains("(unhealthy)")) {
            return null;
        }
        return status.contains("(health: starting)") ? Phase.STARTING : Phase.ACTIVE;
    }

    private static SortedMap<String, String> addresses(Map<String, JsonNode> networks) {
        SortedMap<String, String> addresses = new TreeMap<>();
        networks.forEach((network, settings) -> {
            String v4 = Fields.text(settings, "IPAddress");
            addresses.put(network, v4.isEmpty() ? Fields.text(settings, "GlobalIPv6Address") : v4);
        });
        return addresses;
    }

    /** A container in the network of another one is reached where that one is. */
    private static void share(Map<String, Thing> things, String id, String other) {
        Thing thing = things.get(id);
        Thing owner = things.get(other);
        if (thing != null && owner != null) {
            Place own = thing.places().get(0);
            Place of = owner.places().get(0);
            var place = new Place(
                    own.id(),
                    own.phase(),
                    of.hostNetwork(),
                    of.published(),
                    of.addresses(),
                    own.exposed(),
                    own.metadata());
            things.put(id, thing.withPlaces(List.of(place)));
        }
    }
}
