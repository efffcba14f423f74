package dev.penstock.discovery.zookeeper;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.endpoint.Endpoint;
import dev.penstock.endpoint.Phase;
import dev.penstock.endpoint.Zone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value of one node: an instance of Curator's service discovery ({@code address}, {@code port}, {@code sslPort},
 * {@code enabled}, {@code payload}) or what registrator writes ({@code IP}, {@code PublicPort}, {@code Tags}, {@code
 * Attrs}). Immutable.
 */
final class Instances {
    static final String NODE = "zookeeper.node";
    static final String ID = "zookeeper.id";
    static final String TAGS = "zookeeper.tags";
    static final String PRIVATE_PORT = "zookeeper.privatePort";

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final boolean ssl;

    /**
     * A reader.
     *
     * @param ssl whether the port of TLS is taken
     */
    Instances(boolean ssl) {
        this.ssl = ssl;
    }

    boolean ssl() {
        return ssl;
    }

    /** What a node says; throws if it makes no sense. */
    Endpoint endpoint(String path, byte[] value) {
        JsonNode object = object(value);
        if (object.has("IP")) {
            return registered(path, object);
        }
        if (object.has("address")) {
            return instance(path, object);
        }
        throw new IllegalArgumentException(
                "neither \"address\" nor \"IP\" (expected: what Curator's service discovery or registrator writes)");
    }

    private static JsonNode object(byte[] value) {
        JsonNode object;
        try {
            object = JSON.readTree(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("no JSON: " + e.getMessage(), e);
        }
        if (!object.isObject()) {
            throw new IllegalArgumentException(
                    (object.isMissingNode() ? "empty" : "a JSON " + object.getNodeType()) + " (expected: object)");
        }
        return object;
    }

    private Endpoint registered(String path, JsonNode object) {
        if (ssl) {
            throw new IllegalArgumentException("registrator knows no port of TLS (expected: no option ssl)");
        }
        Map<String, String> metadata = texts(object.path("Attrs"));
        List<String> tags = new ArrayList<>();
        object.path("Tags").forEach(tag -> tags.add(tag.asText()));
        if (!tags.isEmpty()) {
            metadata.put(TAGS, String.join(",", tags));
        }
        metadata.remove(PRIVATE_PORT); // what Attrs says is not what it is
        if (object.path("PrivatePort").isInt()) {
            metadata.put(PRIVATE_PORT, object.path("PrivatePort").asText());
        }
        metadata.put(NODE, path);
        return endpoint(object.path("IP"), "PublicPort", object.path("PublicPort"), Phase.ACTIVE, metadata);
    }

    private Endpoint instance(String path, JsonNode object) {
        JsonNode payload = object.path("payload");
        Map<String, String> metadata = texts(payload);
        metadata.putAll(texts(payload.path("metadata"))); // so Spring Cloud keeps them
        metadata.remove(PRIVATE_PORT);
        metadata.put(NODE, path);
        if (object.path("id").isTextual()) {
            metadata.put(ID, object.path("id").asText());
        }
        Phase phase = object.path("enabled").asBoolean(true) ? Phase.ACTIVE : Phase.DRAINING;
        String port = ssl ? "sslPort" : "port";
        return endpoint(object.path("address"), port, object.path(port), phase, metadata);
    }

    private static Endpoint endpoint(
            JsonNode host, String name, JsonNode port, Phase phase, Map<String, String> metadata) {
        if (!host.isTextual() || host.asText().isBlank()) {
            throw new IllegalArgumentException("address: " + host + " (expected: a host)");
        }
        if (!port.isInt()) {
            throw new IllegalArgumentException(
                    name + ": " + (port.isMissingNode() ? "none" : port) + " (expected: 1..65535)");
        }
        Endpoint plain = Endpoint.of(host.asText().strip(), port.intValue());
        String zone = metadata.getOrDefault("zone", "");
        return new Endpoint(
                plain.address(),
                plain.host(),
                plain.port(),
                weight(metadata.get("weight")),
                0,
                zone.isEmpty() ? Zone.UNKNOWN : new Zone(zone),
                phase,
                metadata);
    }

    private static int weight(@Nullable String weight) {
        if (weight == null) {
            return 1;
        }
        try {
            return Integer.parseInt(weight);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "weight: \"" + weight + "\" (expected: 0.." + Endpoint.MAX_WEIGHT + ")", e);
        }
    }

    /** The texts, numbers and flags of an object; of anything else nothing. */
    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        object.properties().forEach(entry -> {
            if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
                texts.put(entry.getKey(), entry.getValue().asText());
            }
        });
        return texts;
    }
}
