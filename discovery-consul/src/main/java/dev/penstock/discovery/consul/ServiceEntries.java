package dev.penstock.discovery.consul;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.Listing;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.Zone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads entries of {@code /v1/health/service} and {@code /v1/query/.../execute}. Stateless.
 *
 * <p>The id of an endpoint is its address: a registration that was left behind by an earlier container at the same
 * address does not count as a second endpoint.
 */
final class ServiceEntries {
    static final String NODE = "consul.node";
    static final String ID = "consul.id";
    static final String TAGS = "consul.tags";
    static final String DATACENTER = "consul.dc";

    private static final String NODE_MAINTENANCE = "_node_maintenance";
    private static final String SERVICE_MAINTENANCE = "_service_maintenance:";

    /** The health of an instance: the worst of its checks; maintenance is worse than any. */
    enum Health {
        PASSING,
        WARNING,
        CRITICAL,
        MAINTENANCE
    }

    private ServiceEntries() {}

    /** Those that serve; instances in maintenance as draining, failing ones left out. */
    static Listing read(JsonNode array, boolean warning) {
        List<JsonNode> serving = new ArrayList<>();
        List<JsonNode> leaving = new ArrayList<>();
        for (JsonNode entry : array) {
            Health health = health(entry.path("Checks"));
            if (health == Health.MAINTENANCE) {
                leaving.add(entry);
            } else if (health == Health.PASSING || (warning && health == Health.WARNING)) {
                serving.add(entry);
            }
        }
        serving.addAll(leaving); // an address that serves and leaves at once serves: the first of an id counts
        return Listing.of(serving, ServiceEntries::endpoint);
    }

    private static Health health(JsonNode checks) {
        Health worst = Health.PASSING;
        for (JsonNode check : checks) {
            String id = check.path("CheckID").asText();
            Health health = switch (check.path("Status").asText()) {
                case "passing" -> Health.PASSING;
                case "warning" -> Health.WARNING;
                default ->
                    id.equals(NODE_MAINTENANCE) || id.startsWith(SERVICE_MAINTENANCE)
                            ? Health.MAINTENANCE
                            : Health.CRITICAL;
            };
            worst = health.compareTo(worst) > 0 ? health : worst;
        }
        return worst;
    }

    private static Endpoint endpoint(JsonNode entry) {
        JsonNode service = entry.path("Service");
        JsonNode node = entry.path("Node");
        String id = service.path("ID").asText();
        try {
            String own = service.path("Address").asText();
            String host = own.isEmpty() ? node.path("Address").asText() : own;
            Health health = health(entry.path("Checks"));
            int weight = weight(service.path("Weights"), health);
            Endpoint plain = Endpoint.of(host, port(service.path("Port")));
            return new Endpoint(
                    plain.address(),
                    host,
                    plain.port(),
                    weight,
                    0,
                    zone(service, node),
                    health == Health.MAINTENANCE ? Phase.DRAINING : Phase.ACTIVE,
                    metadata(id, service, node));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "service id \"" + id + "\" on node \"" + node.path("Node").asText() + "\": " + e.getMessage(), e);
        }
    }

    private static int port(JsonNode port) {
        if (!port.isInt()) {
            throw new IllegalArgumentException(
                    "port: " + (port.isMissingNode() ? "none" : port) + " (expected: 1..65535)");
        }
        return port.intValue();
    }

    private static int weight(JsonNode weights, Health health) {
        JsonNode weight = weights.path(health == Health.WARNING ? "Warning" : "Passing");
        if (weight.isMissingNode() || weight.isNull()) {
            return 1;
        }
        if (!weight.isInt()) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0.." + Endpoint.MAX_WEIGHT + ")");
        }
        return weight.intValue();
    }

    private static Map<String, String> metadata(String id, JsonNode service, JsonNode node) {
        Map<String, String> metadata = new HashMap<>();
        service.path("Meta")
                .properties()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
        metadata.put(ID, id);
        metadata.put(NODE, node.path("Node").asText());
        List<String> tags = new ArrayList<>();
        service.path("Tags").forEach(tag -> tags.add(tag.asText()));
        if (!tags.isEmpty()) {
            metadata.put(TAGS, String.join(",", tags));
        }
        String datacenter = node.path("Datacenter").asText();
        if (!datacenter.isEmpty()) {
            metadata.put(DATACENTER, datacenter);
        }
        return metadata;
    }

    /** The zone an instance says: its locality, or {@code zone} in the metadata of the service or the node. */
    private static Zone zone(JsonNode service, JsonNode node) {
        for (JsonNode name : List.of(
                service.path("Locality").path("Zone"),
                service.path("Meta").path("zone"),
                node.path("Locality").path("Zone"),
                node.path("Meta").path("zone"))) {
            if (name.isTextual() && !name.textValue().isEmpty()) {
                return new Zone(name.textValue());
            }
        }
        return Zone.UNKNOWN;
    }
}
