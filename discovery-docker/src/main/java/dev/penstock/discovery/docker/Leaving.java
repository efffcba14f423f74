package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.endpoint.Phase;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The containers that were told to stop and still run, which no list shows. Confined to the daemon's serial executor.
 *
 * <p>The one thing that is read from events: a container gets its signal before it is gone, and in between it is of no use
 * to new requests.
 */
final class Leaving {
    private static final String KILL = "9";
    private static final String TERM = "15";

    /** Of signals that images name as theirs for stopping. */
    private static final Map<String, String> NUMBERS = Map.of(
            "HUP", "1", "INT", "2", "QUIT", "3", "KILL", KILL, "USR1", "10", "USR2", "12", "TERM", TERM, "WINCH", "28",
            "RTMIN+3", "37", "PWR", "30");

    private final Set<String> ids = new HashSet<>();
    private Map<String, Thing> running = Map.of();

    /** What a list found: the others are gone, and need no mark. */
    void listed(Map<String, Thing> things) {
        running = things;
        ids.retainAll(things.keySet());
    }

    /** Whether an event says that a container that runs is about to stop. */
    boolean marks(JsonNode event) {
        String id = event.path("Actor").path("ID").asText("");
        String action = event.path("Action").asText("");
        Thing thing = running.get(id);
        if (!event.path("Type").asText("").equals("container") || thing == null) {
            return false;
        }
        if (action.equals("start") || action.equals("restart")) {
            ids.remove(id);
            return false;
        }
        boolean leaves = action.equals("die") || action.equals("stop");
        if (action.equals("kill")) {
            String signal =
                    number(event.path("Actor").path("Attributes").path("signal").asText(""));
            leaves = signal.equals(KILL) || signal.equals(TERM) || signal.equals(number(thing.stopSignal()));
        }
        return leaves && ids.add(id);
    }

    private static String number(String signal) {
        String name = signal.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
        return name.isEmpty() ? TERM : NUMBERS.getOrDefault(name, name);
    }

    /** Takes a mark away; whether there was one. */
    boolean forget(String id) {
        return ids.remove(id);
    }

    List<Thing> over(List<Thing> things) {
        return ids.isEmpty() ? things : things.stream().map(this::over).toList();
    }

    private Thing over(Thing thing) {
        if (!ids.contains(thing.id())) {
            return thing;
        }
        return thing.withPlaces(thing.places().stream()
                .map(place -> place.phase() == null ? place : place.withPhase(Phase.DRAINING))
                .toList());
    }
}
