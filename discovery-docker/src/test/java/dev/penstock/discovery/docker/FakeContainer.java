package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/** A container of {@link FakeDocker}, in the two forms in which the API shows it. Not thread-safe before it is added. */
public final class FakeContainer {
    private static final ObjectMapper JSON = new ObjectMapper();

    final String id;
    private final String name;
    private final ObjectNode listed = JSON.createObjectNode();
    private final ObjectNode config = JSON.createObjectNode();

    private FakeContainer(String name) {
        this.name = name;
        String half = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
        id = half + half;
        listed.put("Id", id);
        listed.putArray("Names").add("/" + name);
        listed.put("Image", "web:1");
        listed.putArray("Ports");
        listed.putObject("Labels");
        listed.putObject("HostConfig").put("NetworkMode", "default");
        listed.putObject("NetworkSettings").putObject("Networks");
        config.putArray("Env").add("PATH=/bin");
        config.putObject("ExposedPorts");
        config.putObject("Labels");
        state("running", "Up 3 minutes");
    }

    /** A running container without ports, labels and networks. */
    public static FakeContainer named(String name) {
        return new FakeContainer(name);
    }

    public FakeContainer env(String variable) {
        ((ArrayNode) config.get("Env")).add(variable);
        return this;
    }

    public FakeContainer label(String key, String value) {
        ((ObjectNode) listed.get("Labels")).put(key, value);
        return this;
    }

    public FakeContainer labels(Map<String, String> labels) {
        labels.forEach(this::label);
        return this;
    }

    /** Publishes a port, as in {@code 127.0.0.1:32768->80/tcp}. */
    public FakeContainer published(String ip, int publicPort, int privatePort, String type) {
        port(privatePort, type).put("IP", ip).put("PublicPort", publicPort);
        return exposedOnly(privatePort, type);
    }

    public FakeContainer published(int publicPort, int privatePort) {
        return published("127.0.0.1", publicPort, privatePort, "tcp");
    }

    /** Exposes a port that is not published. */
    public FakeContainer exposed(int privatePort) {
        port(privatePort, "tcp");
        return exposedOnly(privatePort, "tcp");
    }

    private FakeContainer exposedOnly(int privatePort, String type) {
        ((ObjectNode) config.get("ExposedPorts")).putObject(privatePort + "/" + type);
        return this;
    }

    private ObjectNode port(int privatePort, String type) {
        return ((ArrayNode) listed.get("Ports"))
                .addObject()
                .put("PrivatePort", privatePort)
                .put("Type", type);
    }

    public FakeContainer network(String network, String address) {
        ((ObjectNode) listed.get("NetworkSettings").get("Networks"))
                .putObject(network)
                .put("IPAddress", address);
        return this;
    }

    public FakeContainer networkMode(String mode) {
        ((ObjectNode) listed.get("HostConfig")).put("NetworkMode", mode);
        return this;
    }

    /** As in {@code running}, {@code Up 3 minutes (unhealthy)}. */
    public FakeContainer state(String state, String status) {
        listed.put("State", state).put("Status", status);
        return this;
    }

    public FakeContainer stopSignal(String signal) {
        config.put("StopSignal", signal);
        return this;
    }

    /** Puts something else into the list in the place of one of its fields. */
    public FakeContainer raw(String field, JsonNode value) {
        listed.set(field, value);
        return this;
    }

    /** Another name, as classic Swarm has it. */
    public FakeContainer listedAs(String... names) {
        ArrayNode all = listed.putArray("Names");
        for (String one : names) {
            all.add(one);
        }
        return this;
    }

    String name() {
        return name;
    }

    JsonNode listed() {
        return listed;
    }

    /** GET /containers/ID/json, with what is read of it. */
    JsonNode inspected() {
        ObjectNode whole = JSON.createObjectNode().put("Id", id).put("Name", "/" + name);
        whole.set("Config", config);
        return whole;
    }
}
