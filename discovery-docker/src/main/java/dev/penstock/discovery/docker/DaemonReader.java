package dev.penstock.discovery.docker;

import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Reads everything that a daemon runs. Its reads come one after the other; hints come from any thread. */
final class DaemonReader {
    private static final String TASK_OF = "com.docker.swarm.service.id";
    private static final long LOOK_FOR_SWARM_NANOS = Duration.ofSeconds(60).toNanos();
    private static final int SHORTEST_OWN_ID = 12;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final Events events;
    private final DaemonSettings settings;
    private final String ownId;
    private final Ticker ticker;
    private final ContainerReader containers;
    private final SwarmReader swarm;
    private final AtomicBoolean hinted = new AtomicBoolean();

    private ContainerReader.@Nullable Found last;
    private long lastNanos;
    private long lastEvents;
    private boolean manager;
    private boolean looked;
    private long lookedNanos;
    private String swarmProblem = "";

    DaemonReader(DockerApi api, Events events, DaemonSettings settings, String ownId, Ticker ticker) {
        this.events = events;
        this.settings = settings;
        this.ownId = ownId;
        this.ticker = ticker;
        containers = new ContainerReader(api);
        swarm = new SwarmReader(api);
    }

    /**
     * What was found.
     *
     * @param things all that run
     * @param problems one sentence for each that could not be read
     * @param stopSignals of containers, by id
     * @param ownNetworks of the container that this process runs in
     * @param swarm whether there are services and tasks, of which no events tell
     * @param silent whether containers changed and no event told of it so far
     */
    record Found(
            List<Thing> things,
            List<String> problems,
            Map<String, String> stopSignals,
            List<String> ownNetworks,
            boolean swarm,
            boolean silent) {}

    /** Something may have changed: the next read lists containers, too. */
    void hint() {
        hinted.set(true);
    }

    Found read() throws InterruptedException {
        events.ensureOpen(); // first, so that nothing happens unseen between the list and the stream
        long count = events.count();
        ContainerReader.Found before = last;
        ContainerReader.Found found = containers();
        boolean silent = before != null
                && count == lastEvents
                && events.isOpen()
                && !before.things().equals(found.things());
        lastEvents = count;
        List<String> problems = new ArrayList<>(found.problems());
        List<Thing> things = new ArrayList<>(found.things().values());
        lookForSwarm();
        if (manager) {
            List<Thing> services = services(problems);
            things.removeIf(thing -> manager && thing.labels().containsKey(TASK_OF));
            things.addAll(services);
        } else if (!swarmProblem.isEmpty()) {
            problems.add(swarmProblem);
        }
        if (!events.problem().isEmpty() && !events.isOpen()) {
            problems.add("events: " + events.problem() + " (expected: a stream; until then changes are polled for)");
        }
        return new Found(things, problems, found.stopSignals(), ownNetworks(found.things()), manager, silent);
    }

    private ContainerReader.Found containers() {
        ContainerReader.Found known = last;
        boolean due = hinted.getAndSet(false)
                || ticker.nanos() - lastNanos >= settings.poll().toNanos() / 10 * 9;
        if (known != null && !due) {
            return known;
        }
        try {
            ContainerReader.Found found = containers.read();
            last = found;
            lastNanos = ticker.nanos();
            return found;
        } catch (DockerProblem e) {
            hinted.set(true);
            looked = false;
            throw e;
        }
    }

    private void lookForSwarm() {
        if (settings.swarm() != DaemonSettings.Swarm.AUTO) {
            manager = settings.swarm() == DaemonSettings.Swarm.ON;
        } else if (!looked || ticker.nanos() - lookedNanos >= LOOK_FOR_SWARM_NANOS) {
            try {
                manager = swarm.isManager();
                swarmProblem = "";
            } catch (DockerProblem e) {
                manager = false;
                swarmProblem = forbidden(e);
            }
            looked = true;
            lookedNanos = ticker.nanos();
        }
    }

    private List<Thing> services(List<String> problems) {
        try {
            return swarm.read(problems);
        } catch (DockerProblem e) {
            swarmProblem = forbidden(e);
            manager = false;
            problems.add(swarmProblem);
            return List.of();
        }
    }

    /** A sentence, if somebody between here and the daemon does not want that to be asked. */
    private static String forbidden(DockerProblem e) {
        if (e.status() == FORBIDDEN || e.status() == NOT_FOUND) {
            return "swarm: " + e.getMessage() + " (expected: allowed; until then only containers are read)";
        }
        throw e;
    }

    private List<String> ownNetworks(Map<String, Thing> things) {
        if (ownId.length() < SHORTEST_OWN_ID) {
            return List.of();
        }
        return things.values().stream()
                .filter(thing -> thing.id().startsWith(ownId))
                .flatMap(thing -> thing.places().stream())
                .flatMap(place -> place.addresses().keySet().stream())
                .toList();
    }
}
