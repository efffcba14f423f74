package dev.penstock.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a task of {@code /v2/tasks}, or of an app with its tasks. Stateless.
 *
 * @see <a href="https://github.com/mesosphere/marathon/blob/master/docs/docs/rest-api/public/api/v2/types/task.raml">Task</a>
 */
final class TaskReader {
    private TaskReader() {}

    /**
     * The task that an entry describes.
     *
     * @param app its app where the entry does not say it; empty where it must
     * @throws IllegalArgumentException if something of it makes no sense
     */
    static Task read(JsonNode entry, String app) {
        if (!entry.isObject()) {
            throw new IllegalArgumentException("task: a JSON " + entry.getNodeType() + " (expected: object)");
        }
        String id = Fields.text(entry, "id");
        try {
            return new Task(
                    id,
                    app.isEmpty() ? Fields.text(entry, "appId") : app,
                    Fields.textOrEmpty(entry, "version"),
                    Fields.textOrEmpty(entry, "host"),
                    Fields.ports(entry, "ports"),
                    Fields.ports(entry, "servicePorts"),
                    addresses(entry),
                    state(entry),
                    alive(entry),
                    Fields.textOrEmpty(entry, "zone"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("task " + id + ": " + e.getMessage(), e);
        }
    }

    /** Versions that do not say it list tasks that have not started, too. */
    private static String state(JsonNode entry) {
        boolean said = entry.hasNonNull("state");
        boolean waits = entry.has("startedAt") && entry.path("startedAt").isNull();
        return said ? Fields.text(entry, "state") : waits ? "TASK_STAGING" : Task.RUNNING;
    }

    /** Those of IPv4 first, since hosts without IPv6 are many. */
    private static List<String> addresses(JsonNode entry) {
        List<String> four = new ArrayList<>();
        List<String> six = new ArrayList<>();
        for (JsonNode element : Fields.list(entry, "ipAddresses")) {
            String address = Fields.text(element, "ipAddress");
            (address.indexOf(':') < 0 ? four : six).add(address);
        }
        return Stream.concat(four.stream(), six.stream()).toList();
    }

    /** Of a check without a result there is no element, or one that is null. */
    private static List<Boolean> alive(JsonNode entry) {
        List<Boolean> alive = new ArrayList<>();
        for (JsonNode element : Fields.listOrNull(entry, "healthCheckResults")) {
            if (element.isNull()) {
                continue;
            }
            if (!element.path("alive").isBoolean()) {
                throw Fields.wrong(element, "alive", "true or false");
            }
            alive.add(element.path("alive").asBoolean());
        }
        return alive;
    }
}
