package dev.penstock.discovery.docker;

import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads everything that a daemon runs. Its reads come one after the other; hints come from any thread. */
final class DaemonReader {
    private static final String TASK_OF = "com.docker.swarm.service.id";
    private static final long LOOK_FOR_SWARM_NANOS = Duration.ofSeconds(60).toNanos();
    private static final int SHORTEST_OWN_ID = 12;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    /** Proxies close connections that are idle for longer, often just when the next request is on its way. */
    private static final long IDLE_NANOS = Duration.ofSeconds(2).toNanos();

    private final DockerApi api;
    private final Events events;
    private final DaemonSettings settings;
    private final String ownId;
    private final Ticker ticker;
    private final ContainerReader containers;
    private final SwarmReader swarm;
    private final Changes changes;

    private ContainerReader.@Nullable Found last;
    private long lastNanos;
    private long usedNanos;
    private long lastEvents;
    private boolean manager;
    private boolean whole;
    private boolean looked;
    private long lookedNanos;
    private String swarmProblem = "";

    DaemonReader(
            DockerApi api,
            Events events,
            Changes changes,
            DaemonSettings settings,
            String ownId,
            DiscoveryContext context) {
        this.api = api;
        this.changes = changes;
        this.events = events;
        this.settings = settings;
        this.ownId = ownId;
        ticker = context.ticker();
        containers = new ContainerReader(api, settings.timeout(), context);
        swarm = new SwarmReader(api);
    }

    /**
     * What was found.
     *
     * @param things all that run, by id; those that are the same as before are the same objects
     * @param problems one sentence for each that could not be read
     * @param ownNetworks of the container that this process runs in
     * @param swarm whether there are services and tasks, of which no events tell
     * @param silent whether containers changed and no event told of it so far
     * @param whole whether all containers were listed
     */
    record Found(
            Map<String, Thing> things,
            List<String> problems,
            List<String> ownNetworks,
            boolean swarm,
            boolean silent,
            boolean whole) {}

    Found read() throws InterruptedException {
        if (ticker.nanos() - usedNanos > IDLE_NANOS) {
            api.refresh();
        }
        try {
            return readAll();
        } finally {
            usedNanos = ticker.nanos();
        }
    }

    private Found readAll() throws InterruptedException {
        events.ensureOpen(); // first, so that nothing happens unseen between the list and the stream
        long count = events.count();
        boolean told = count != lastEvents || !events.isOpen() || last == null;
        ContainerReader.Found found = containers();
        boolean silent = !told && found.changed();
        lastEvents = count;
        List<String> problems = new ArrayList<>(found.problems());
        Map<String, Thing> things = found.things();
        List<String> ownNetworks = ownNetworks(things);
        lookForSwarm();
        if (manager) {
            List<Thing> services = services(problems);
            things = new LinkedHashMap<>(things);
            things.values().removeIf(thing -> manager && thing.labels().containsKey(TASK_OF));
            for (Thing service : services) {
                things.put(service.id(), service);
            }
        } else if (!swarmProblem.isEmpty()) {
            problems.add(swarmProblem);
        }
        if (!events.problem().isEmpty() && !events.isOpen()) {
            problems.add("events: " + events.problem() + " (expected: a stream; until then changes are polled for)");
        }
        return new Found(things, problems, ownNetworks, manager, silent, whole);
    }

    private ContainerReader.Found containers() throws InterruptedException {
        ContainerReader.Found known = last;
        List<String> changed = changes.take();
        if (known == null || ticker.nanos() - lastNanos >= settings.poll().toNanos() / 10 * 9) {
            changed = null;
        }
        whole = changed == null;
        if (known != null && changed != null && changed.isEmpty()) {
            return new ContainerReader.Found(known.things(), known.problems(), false);
        }
        try {
            ContainerReader.Found found = containers.read(changed);
            last = found;
            lastNanos = changed == null ? ticker.nanos() : lastNanos;
            return found;
        } catch (InterruptedException | RuntimeException e) {
            changes.all();
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
