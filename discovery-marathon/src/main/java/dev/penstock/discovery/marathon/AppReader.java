package dev.penstock.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the definition of an app in the forms of all versions. Stateless.
 *
 * <p>Port mappings stand in {@code container.portMappings} (from 1.5 on) or {@code container.docker.portMappings}; without
 * them there are {@code portDefinitions} (from 1.0 on), or {@code ipAddress.discovery.ports} of apps with an address per task (0.14
 * to 1.4), or {@code ports}.
 *
 * @see <a href="https://github.com/mesosphere/marathon/blob/master/docs/docs/networking.md">Networking</a>
 */
final class AppReader {
    private AppReader() {}

    /**
     * The app that an entry describes.
     *
     * @throws IllegalArgumentException if something of it makes no sense
     */
    static App read(JsonNode entry) {
        if (!entry.isObject()) {
            throw new IllegalArgumentException("app: a JSON " + entry.getNodeType() + " (expected: object)");
        }
        String id = Fields.text(entry, "id");
        try {
            boolean deployed = !Fields.listOrNull(entry, "deployments").isEmpty();
            boolean readiness = !Fields.listOrNull(entry, "readinessChecks").isEmpty();
            return new App(
                    id.startsWith("/") ? id : "/" + id,
                    Fields.textOrEmpty(entry, "version"),
                    ports(entry),
                    !Fields.listOrNull(entry, "healthChecks").isEmpty(),
                    deployed && readiness,
                    ready(entry),
                    labels(entry));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("app " + id + ": " + e.getMessage(), e);
        }
    }

    private static List<Port> ports(JsonNode entry) {
        JsonNode container = entry.path("container");
        List<JsonNode> mappings = new ArrayList<>(Fields.listOrNull(container, "portMappings"));
        if (mappings.isEmpty()) {
            mappings.addAll(Fields.listOrNull(container.path("docker"), "portMappings"));
        }
        if (!mappings.isEmpty() && !isHostNetwork(entry)) {
            return mapped(mappings, isBridge(entry));
        }
        List<JsonNode> discovered = Fields.listOrNull(entry.path("ipAddress").path("discovery"), "ports");
        if (!discovered.isEmpty()) {
            return ofAddress(discovered, Fields.listOrNull(entry, "ports"));
        }
        List<JsonNode> definitions = Fields.listOrNull(entry, "portDefinitions");
        List<Port> ports = new ArrayList<>();
        for (JsonNode definition : definitions.isEmpty() ? Fields.listOrNull(entry, "ports") : definitions) {
            if (definition.isNumber()) {
                Port bare = Port.bare(ports.size());
                ports.add(new Port(bare.index(), "", Math.max(0, definition.asInt()), 0, true, true, false));
            } else {
                int port = Fields.port(definition, "port");
                ports.add(port(ports.size(), definition, port, 0, true));
            }
        }
        return ports;
    }

    private static List<Port> mapped(List<JsonNode> mappings, boolean bridge) {
        List<Port> ports = new ArrayList<>();
        for (JsonNode mapping : mappings) {
            boolean onHost = bridge || mapping.hasNonNull("hostPort");
            ports.add(port(
                    ports.size(),
                    mapping,
                    Fields.port(mapping, "servicePort"),
                    Fields.port(mapping, "containerPort"),
                    onHost));
        }
        return ports;
    }

    /** Ports of a task's own address; the service ports of the app stand beside them, if it has any. */
    private static List<Port> ofAddress(List<JsonNode> discovered, List<JsonNode> servicePorts) {
        List<Port> ports = new ArrayList<>();
        for (JsonNode element : discovered) {
            int index = ports.size();
            int servicePort =
                    index < servicePorts.size() ? servicePorts.get(index).asInt(0) : 0;
            ports.add(port(index, element, servicePort, Fields.port(element, "number"), false));
        }
        return ports;
    }

    private static Port port(int index, JsonNode element, int servicePort, int containerPort, boolean onHost) {
        String protocol = Fields.textOrEmpty(element, "protocol").toLowerCase(Locale.ROOT);
        boolean udp = protocol.contains("udp");
        boolean tcp = protocol.contains("tcp") || !udp;
        return new Port(index, Fields.textOrEmpty(element, "name"), servicePort, containerPort, onHost, tcp, udp);
    }

    private static boolean isHostNetwork(JsonNode entry) {
        return is(entry, "host", "HOST");
    }

    /** Where a mapping without a host port has any; without a word on networks, mappings are for bridges. */
    private static boolean isBridge(JsonNode entry) {
        JsonNode docker = entry.path("container").path("docker");
        boolean unsaid =
                !entry.hasNonNull("networks") && !entry.hasNonNull("ipAddress") && !docker.hasNonNull("network");
        return unsaid || is(entry, "container/bridge", "BRIDGE");
    }

    private static boolean is(JsonNode entry, String mode, String dockerNetwork) {
        List<JsonNode> networks = Fields.listOrNull(entry, "networks");
        if (!networks.isEmpty()) {
            return networks.get(0).path("mode").asText("").equalsIgnoreCase(mode);
        }
        JsonNode docker = entry.path("container").path("docker");
        return docker.path("network").asText("").equalsIgnoreCase(dockerNetwork);
    }

    private static Map<String, Boolean> ready(JsonNode entry) {
        Map<String, Boolean> ready = new HashMap<>();
        for (JsonNode result : Fields.listOrNull(entry, "readinessCheckResults")) {
            boolean good = result.path("ready").asBoolean(false);
            ready.merge(result.path("taskId").asText(""), good, (a, b) -> a && b);
        }
        return ready;
    }

    private static Map<String, String> labels(JsonNode entry) {
        Map<String, String> labels = new HashMap<>();
        for (Map.Entry<String, JsonNode> label : entry.path("labels").properties()) {
            if (label.getValue().isValueNode() && !label.getValue().isNull()) {
                labels.put(label.getKey(), label.getValue().asText()); // proxymatic's README has numbers there
            }
        }
        return labels;
    }
}
