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

/** Reads the services of a swarm and their running tasks, which only managers tell. Confined to the daemon's reads. */
final class SwarmReader {
    private static final String VIRTUAL = "lbswarm";

    private final DockerApi api;

    SwarmReader(DockerApi api) {
        this.api = api;
    }

    /** Whether the daemon is a manager of a swarm. */
    boolean isManager() {
        return Fields.flag(api.get("/info"), "Swarm", "ControlAvailable");
    }

    /** The services, and what could not be read. */
    List<Thing> read(List<String> problems) {
        List<JsonNode> services = api.list("/services");
        Map<String, List<JsonNode>> tasks = new HashMap<>();
        for (JsonNode task : api.list("/tasks")) {
            tasks.computeIfAbsent(task.path("ServiceID").asText(""), id -> new ArrayList<>())
                    .add(task);
        }
        Map<String, Node> nodes = nodes();
        List<Thing> things = new ArrayList<>();
        int index = 0;
        for (JsonNode service : services) {
            try {
                String id = Fields.text(service, "ID");
                things.add(thing(service, tasks.getOrDefault(id, List.of()), nodes, problems));
            } catch (IllegalArgumentException e) {
                String name = service.path("Spec").path("Name").asText("services[" + index + "]");
                problems.add("service " + Problems.line(name) + ": " + Problems.of(e));
            }
            index++;
        }
        return things;
    }

    /** A machine: its name, and where its ports are; empty if it does not say. */
    private record Node(String name, String address) {}

    private Map<String, Node> nodes() {
        Map<String, Node> nodes = new HashMap<>();
        for (JsonNode node : api.list("/nodes")) {
            String address = node.path("Status").path("Addr").asText("");
            if (address.isEmpty() || address.equals("0.0.0.0")) { // a manager may not know its own
                address = node.path("ManagerStatus").path("Addr").asText("").replaceFirst(":[0-9]+$", "");
            }
            String name = node.path("Description").path("Hostname").asText("");
            nodes.put(node.path("ID").asText(""), new Node(name, address));
        }
        return nodes;
    }

    private static Thing thing(JsonNode service, List<JsonNode> tasks, Map<String, Node> nodes, List<String> problems) {
        String id = Fields.text(service, "ID");
        String name = Fields.text(service, "Spec", "Name");
        if (id.isEmpty() || name.isEmpty()) {
            throw new IllegalArgumentException("ID or Spec.Name: none (expected: text)");
        }
        String title = "service " + Problems.line(name);
        Map<String, String> labels = new LinkedHashMap<>(Fields.labels(service, "Spec", "Labels"));
        Map<String, String> variables = Fields.variables(service, "Spec", "TaskTemplate", "ContainerSpec", "Env");
        List<Place> places = new ArrayList<>();
        Map<String, String> networks = new HashMap<>();
        for (JsonNode task : tasks) {
            try {
                Place place = place(service, task, nodes, name, networks);
                if (place != null) {
                    places.add(place);
                }
            } catch (IllegalArgumentException e) {
                problems.add(title + ": task " + task.path("ID").asText("?") + ": " + Problems.of(e));
            }
        }
        if (isVirtual(labels) && !places.isEmpty()) {
            places = List.of(virtual(service, id, name, networks));
        }
        return new Thing(id, title, name, labels, variables, places, true, "");
    }

    private static boolean isVirtual(Map<String, String> labels) {
        return labels.entrySet().stream()
                .anyMatch(label -> label.getKey().matches("(?i)(traefik\\.(docker|swarm)|penstock)\\." + VIRTUAL)
                        && label.getValue().strip().equalsIgnoreCase("true"));
    }

    /** Null unless the task runs. */
    private static @Nullable Place place(
            JsonNode service, JsonNode task, Map<String, Node> nodes, String name, Map<String, String> networks) {
        String desired = Fields.text(task, "DesiredState");
        boolean leaving = desired.equals("shutdown");
        if (!Fields.text(task, "Status", "State").equals("running") || !(leaving || desired.equals("running"))) {
            return null;
        }
        Node node = nodes.getOrDefault(Fields.text(task, "NodeID"), new Node("", ""));
        SortedMap<String, String> addresses = new TreeMap<>();
        for (JsonNode attached : Fields.items(task, "NetworksAttachments")) {
            String network = Fields.text(attached, "Network", "Spec", "Name");
            List<String> own = Fields.texts(attached, "Addresses");
            if (!Fields.flag(attached, "Network", "Spec", "Ingress") && !network.equals("ingress") && !own.isEmpty()) {
                addresses.put(network, withoutBits(own.get(0)));
                networks.put(Fields.text(attached, "Network", "ID"), network);
            }
        }
        Bindings bindings = new Bindings();
        Set<Integer> exposed = new HashSet<>();
        ports(Fields.items(service, "Endpoint", "Ports"), "ingress", node.address, bindings, exposed);
        ports(Fields.items(task, "Status", "PortStatus", "Ports"), "host", node.address, bindings, exposed);
        String id = Fields.text(task, "ID");
        return new Place(
                id,
                leaving ? Phase.DRAINING : Phase.ACTIVE,
                false,
                bindings.chosen(),
                addresses,
                exposed,
                Map.of("docker.service", name, "docker.task", ContainerReader.shortId(id), "docker.node", node.name));
    }

    /** Of two entries of one port the first is that of IPv4. */
    private static void ports(
            List<JsonNode> ports, String mode, String address, Bindings bindings, Set<Integer> exposed) {
        Set<Integer> seen = new HashSet<>();
        for (JsonNode port : ports) {
            int target = Fields.port(port, "TargetPort");
            String published = Fields.text(port, "PublishMode");
            if (Fields.text(port, "Protocol").equals("tcp") && target > 0) {
                exposed.add(target);
                if ((published.isEmpty() ? "ingress" : published).equals(mode) && seen.add(target)) {
                    bindings.add(target, address, Fields.port(port, "PublishedPort"));
                }
            }
        }
    }

    /** The one address for which the kernel balances over all tasks. */
    private static Place virtual(JsonNode service, String id, String name, Map<String, String> networks) {
        SortedMap<String, String> addresses = new TreeMap<>();
        for (JsonNode address : Fields.items(service, "Endpoint", "VirtualIPs")) {
            String network = networks.get(Fields.text(address, "NetworkID"));
            if (network != null) {
                addresses.put(network, withoutBits(Fields.text(address, "Addr")));
            }
        }
        Set<Integer> exposed = new HashSet<>();
        ports(Fields.items(service, "Endpoint", "Ports"), "", "", new Bindings(), exposed);
        return new Place(
                id,
                Phase.ACTIVE,
                false,
                new TreeMap<>(),
                addresses,
                exposed,
                Map.of("docker.service", name, "docker.address", "virtual"));
    }

    private static String withoutBits(String address) {
        int slash = address.indexOf('/');
        return slash < 0 ? address : address.substring(0, slash);
    }
}
