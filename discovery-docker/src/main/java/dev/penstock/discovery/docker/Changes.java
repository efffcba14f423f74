package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which containers events named since they were read last. Thread-safe. */
final class Changes {
    /** Of more than these, a list of all costs no more. */
    private static final int MOST = 1_000;

    /** What events tell of that is no container. */
    private static final Set<String> OTHERS =
            Set.of("service", "node", "secret", "config", "volume", "image", "plugin", "builder");

    private final Set<String> ids = new HashSet<>();
    private boolean all = true;

    /** Takes note of an event; of one that nobody understands, that anything may have changed. */
    synchronized void add(JsonNode event) {
        String type = event.path("Type").asText("");
        JsonNode actor = event.path("Actor");
        String id = switch (type) {
            case "container" -> actor.path("ID").asText("");
            case "network" -> actor.path("Attributes").path("container").asText("");
            default -> "";
        };
        if (ContainerReader.isId(id)) {
            ids.add(id);
        } else if (!OTHERS.contains(type) && !type.equals("network")) {
            all = true;
        }
        all |= ids.size() > MOST;
    }

    /** Anything may have changed. */
    synchronized void all() {
        all = true;
    }

    /** What is to be read now; null: all containers. */
    synchronized @Nullable List<String> take() {
        List<String> taken = all ? null : List.copyOf(ids);
        ids.clear();
        all = false;
        return taken;
    }
}
