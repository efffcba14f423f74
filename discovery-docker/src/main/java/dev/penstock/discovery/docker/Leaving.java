package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.endpoint.Phase;
import dev.penstock.time.Scheduler;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

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

    private final Function<Runnable, Scheduler.Timer> later;
    private final Runnable news;
    private final Map<String, Mark> marks = new HashMap<>();
    private Map<String, Thing> running = Map.of();

    /**
     * Knows of none.
     *
     * @param later runs a task here when a mark has lasted long enough
     * @param news run when that took a mark away
     */
    Leaving(Function<Runnable, Scheduler.Timer> later, Runnable news) {
        this.later = later;
        this.news = news;
    }

    /** One, which ends with its timer. */
    private final class Mark implements Runnable {
        private final String id;
        private final Scheduler.Timer timer;

        private Mark(String id) {
            this.id = id;
            timer = later.apply(this);
        }

        @Override
        public void run() {
            if (marks.remove(id, this)) {
                news.run();
            }
        }
    }

    /** What a list found: the others are gone, and need no mark. */
    void listed(Map<String, Thing> things) {
        running = things;
        forget(id -> !things.containsKey(id));
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
            forget(id::equals);
            return false;
        }
        boolean leaves = action.equals("die") || action.equals("stop");
        if (action.equals("kill")) {
            String signal =
                    number(event.path("Actor").path("Attributes").path("signal").asText(""));
            leaves = signal.equals(KILL) || signal.equals(TERM) || signal.equals(number(thing.stopSignal()));
        }
        if (!leaves || marks.containsKey(id)) {
            return false;
        }
        marks.put(id, new Mark(id));
        return true;
    }

    private static String number(String signal) {
        String name = signal.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
        return name.isEmpty() ? TERM : NUMBERS.getOrDefault(name, name);
    }

    /** Takes marks away. */
    void forget(Predicate<String> which) {
        marks.values().removeIf(mark -> {
            boolean forgets = which.test(mark.id);
            if (forgets) {
                mark.timer.cancel();
            }
            return forgets;
        });
    }

    List<Thing> over(List<Thing> things) {
        return marks.isEmpty() ? things : things.stream().map(this::over).toList();
    }

    private Thing over(Thing thing) {
        if (!marks.containsKey(thing.id())) {
            return thing;
        }
        return thing.withPlaces(thing.places().stream()
                .map(place -> place.phase() == null ? place : place.withPhase(Phase.DRAINING))
                .toList());
    }
}
