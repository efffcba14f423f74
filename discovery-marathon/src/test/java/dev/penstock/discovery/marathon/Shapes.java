package dev.penstock.discovery.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Apps and tasks as the documents of several versions of Marathon show them. Stateless. */
public final class Shapes {
    public static final String VERSION = "2014-09-12T23:28:21.737Z";

    private Shapes() {}

    /** Version 0.8 in a bridge: docs/docs/native-docker.md (v0.8.0), "Bridged Networking Mode"; nulls as in rest-api.md. */
    public static String bridge08(String id, int... servicePorts) {
        return String.format(Locale.ROOT, """
                {"id": "%s", "version": "%s", "ports": [%s], "healthChecks": [], "deployments": [], "labels": {},
                 "constraints": [], "requirePorts": false, "instances": 2,
                 "container": {"type": "DOCKER", "volumes": [], "docker": {"image": "shop", "network": "BRIDGE",
                   "portMappings": [%s]}}}
                """, id, VERSION, joined(servicePorts), mappings08(servicePorts));
    }

    private static String mappings08(int... servicePorts) {
        StringBuilder mappings = new StringBuilder();
        for (int i = 0; i < servicePorts.length; i++) {
            mappings.append(i == 0 ? "" : ",")
                    .append("{\"containerPort\": ")
                    .append(8080 + i)
                    .append(", \"hostPort\": 0, \"servicePort\": ")
                    .append(servicePorts[i])
                    .append(", \"protocol\": \"tcp\"}");
        }
        return mappings.toString();
    }

    /** Version 0.8 on the network of its host: docs/docs/rest-api.md (v0.8.0), {@code GET /v2/apps/{appId}}. */
    public static String host08(String id, int... servicePorts) {
        return String.format(Locale.ROOT, """
                {"id": "%s", "version": "%s", "ports": [%s], "container": null, "healthChecks": [], "deployments": [],
                 "args": null, "cmd": "python toggle.py $PORT0", "env": {}, "requirePorts": false, "storeUrls": []}
                """, id, VERSION, joined(servicePorts));
    }

    /** Version 1.4 with port definitions: docs/docs/ports.md, and the answer that proxymatic's tests hold. */
    public static String definitions14(String id, Map<String, String> labels, String... definitions) {
        return String.format(Locale.ROOT, """
                {"id": "%s", "version": "%s", "portDefinitions": [%s], "labels": {%s}, "ipAddress": null,
                 "healthChecks": [], "readinessChecks": [], "dependencies": [], "deployments": [], "container": null}
                """, id, VERSION, String.join(",", definitions), labels(labels));
    }

    /** Version 1.10 in a network of its own: docs/docs/networking.md, "container Mode". */
    public static String container110(String id, String... mappings) {
        return String.format(Locale.ROOT, """
                {"id": "%s", "version": "%s", "networks": [{"mode": "container", "name": "dcos"}], "labels": {},
                 "container": {"type": "MESOS", "docker": {"image": "shop"}, "portMappings": [%s]},
                 "healthChecks": [], "readinessChecks": [], "deployments": []}
                """, id, VERSION, String.join(",", mappings));
    }

    /** Version 1.10 in a bridge: docs/docs/networking.md, "container/bridge Mode". */
    public static String bridge110(String id, String... mappings) {
        return container110(id, mappings)
                .replace("{\"mode\": \"container\", \"name\": \"dcos\"}", "{\"mode\": \"container/bridge\"}");
    }

    /** With something else instead. */
    public static String with(String entry, String field, String json) {
        try {
            var node = (ObjectNode) FakeMarathon.JSON.readTree(entry);
            node.set(field, FakeMarathon.JSON.readTree(json));
            return node.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String withLabels(String entry, Map<String, String> labels) {
        return with(entry, "labels", "{" + labels(labels) + "}");
    }

    private static String labels(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> "\"" + label.getKey() + "\": \"" + label.getValue() + "\"")
                .collect(Collectors.joining(","));
    }

    /** Version 0.8: docs/docs/rest-api.md (v0.8.0), {@code GET /v2/tasks}: it says no state. */
    public static String task08(String id, String app, List<Integer> ports, List<Integer> servicePorts) {
        return String.format(Locale.ROOT, """
                {"appId": "%s", "id": "%s", "host": "127.0.0.1", "ports": %s, "servicePorts": %s,
                 "stagedAt": "2014-09-12T23:28:28.594Z", "startedAt": "2014-09-13T00:24:46.959Z", "version": "%s"}
                """, app, id, ports, servicePorts, VERSION);
    }

    /** Versions 1.0 to 1.11: rest-api/public/api/v2/examples/tasks.json; region, zone and role from 1.6 and 1.9 on. */
    public static String task(String id, String app, List<Integer> ports, List<Integer> servicePorts) {
        return String.format(Locale.ROOT, """
                {"id": "%s", "slaveId": "20150707-153709-201330860-5050-12052-S0", "host": "127.0.0.1", "state": "TASK_RUNNING",
                 "startedAt": "2015-09-17T09:32:42.598Z", "stagedAt": "2015-09-17T09:32:36.822Z", "ports": %s,
                 "version": "%s", "appId": "%s", "servicePorts": %s, "region": "primary", "zone": "a", "role": "*"}
                """, id, ports, VERSION, app, servicePorts);
    }

    /** What a health check found: docs/docs/rest-api.md (v0.8.0); from 1.4 on with instanceId instead of taskId. */
    public static String result(boolean alive) {
        return String.format(Locale.ROOT, """
                {"alive": %s, "consecutiveFailures": 0, "firstSuccess": "2014-09-13T00:20:28.101Z", "lastFailure": null,
                 "lastSuccess": "2014-09-13T00:25:07.506Z", "taskId": "toggle.802df2ae-3ad4-11e4-a400-56847afe9799"}
                """, alive);
    }

    /** docs/docs/health-checks.md. */
    public static String check() {
        return """
                {"protocol": "HTTP", "path": "/health", "portIndex": 0, "gracePeriodSeconds": 5, "intervalSeconds": 10,
                 "timeoutSeconds": 10, "maxConsecutiveFailures": 3}""";
    }

    private static String joined(int... numbers) {
        return Arrays.stream(numbers).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    }
}
