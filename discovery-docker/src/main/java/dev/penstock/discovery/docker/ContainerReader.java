package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.Problems;
import dev.penstock.endpoint.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the running containers. Confined to the daemon's reads, which come one after the other. */
final class ContainerReader {
    private static final String SHARES = "container:";
    private static final int SHORT_ID = 12;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final DockerApi api;
    private Map<String, Inspected> known = Map.of();

    /** What a container keeps for its life. */
    private record Inspected(Map<String, String> variables, Set<Integer> exposed, String stopSignal) {}

    ContainerReader(DockerApi api) {
        this.api = api;
    }

    /**
     * What was found.
     *
     * @param things by id
     * @param problems one sentence for each that could not be read
     * @param stopSignals by id, where an image says one
     */
    record Found(Map<String, Thing> things, List<String> problems, Map<String, String> stopSignals) {}

    Found read() {
        Map<String, Inspected> inspected = new HashMap<>();
        Map<String, Thing> things = new LinkedHashMap<>();
        Map<String, String> sharing = new LinkedHashMap<>();
        Map<String, String> signals = new HashMap<>();
        List<String> problems = new ArrayList<>();
        JsonNode list = api.list("/containers/json");
        int index = 0;
        for (JsonNode entry : list) {
            try {
                Thing thing = thing(entry, inspected);
                if (thing != null) {
                    things.put(thing.id(), thing);
                    String mode = Fields.text(entry, "HostConfig", "NetworkMode");
                    if (mode.startsWith(SHARES)) {
                        sharing.put(thing.id(), mode.substring(SHARES.length()));
                    }
                }
            } catch (IllegalArgumentException e) {
                problems.add(title(entry, index) + ": " + Problems.of(e));
            } catch (DockerProblem e) {
                if (e.status() == 0) {
                    throw e; // it is the daemon, not this container
                }
                if (e.status() != NOT_FOUND && e.status() != CONFLICT) {
                    problems.add(title(entry, index) + ": " + e.getMessage());
                }
            }
            index++;
        }
        sharing.forEach((id, other) -> share(things, id, other));
        inspected.forEach((id, one) -> signals.put(id, one.stopSignal));
        known = inspected;
        return new Found(things, problems, signals);
    }

    private static String title(JsonNode entry, int index) {
        String name = entry.path("Names").path(0).asText("");
        return name.isEmpty() ? "containers[" + index + "]" : "container " + Problems.line(name(List.of(name)));
    }

    private @Nullable Thing thing(JsonNode entry, Map<String, Inspected> inspected) {
        String id = Fields.text(entry, "Id");
        if (!id.matches("[0-9A-Za-z]{1,128}")) {
            throw new IllegalArgumentException("Id: \"" + id + "\" (expected: letters and digits)");
        }
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
        Inspected lasting = inspect(id);
        inspected.put(id, lasting);
        exposed.addAll(lasting.exposed);
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
        return new Thing(
                id, title, name.isEmpty() ? shortId(id) : name, labels, lasting.variables, List.of(place), false);
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

    private Inspected inspect(String id) {
        Inspected before = known.get(id);
        if (before != null) {
            return before;
        }
        JsonNode config = api.get("/containers/" + id + "/json").path("Config");
        Set<Integer> exposed = new HashSet<>();
        for (String port : Fields.members(config, "ExposedPorts").keySet()) {
            if (port.matches("[0-9]{1,5}(/tcp)?")) {
                exposed.add(Integer.parseInt(port.replace("/tcp", "")));
            }
        }
        return new Inspected(Fields.variables(config, "Env"), exposed, Fields.text(config, "StopSignal"));
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
