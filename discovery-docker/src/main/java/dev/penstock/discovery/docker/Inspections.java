package dev.penstock.discovery.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.DiscoveryContext;
import dev.penstock.time.Scheduler;
import dev.penstock.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What only the inspection of a container tells, and what it keeps for its life: asked for once, a few side by side. What
 * was found stays when the daemon fails halfway. Used by one reading at a time.
 *
 * <p>A container that is not answered about, while the daemon answers otherwise, is left alone for a while: each reading
 * would wait for it.
 */
final class Inspections {
    /** How many are under way at once. */
    static final int AT_ONCE = 8;

    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    /** How much longer than it was waited for. */
    private static final int LEFT_ALONE = 5;

    private final DockerApi api;
    private final Duration timeout;
    private final Scheduler scheduler;
    private final Ticker ticker;
    private final Map<String, Inspected> known = new ConcurrentHashMap<>();
    private final Map<String, Long> againNanos = new ConcurrentHashMap<>();

    Inspections(DockerApi api, Duration timeout, DiscoveryContext context) {
        this.api = api;
        this.timeout = timeout;
        scheduler = context.scheduler();
        ticker = context.ticker();
    }

    /**
     * What a container keeps for its life. Immutable.
     *
     * @param variables its environment
     * @param exposed the ports that its image or its run names
     * @param stopSignal as its image says; empty: not said
     * @param problem why it could not be inspected; empty if it could
     * @param gone whether it was not there any more
     */
    record Inspected(
            Map<String, String> variables, Set<Integer> exposed, String stopSignal, String problem, boolean gone) {
        Inspected {
            variables = Map.copyOf(variables);
            exposed = Set.copyOf(exposed);
        }

        private static Inspected failed(String problem, boolean gone) {
            return new Inspected(Map.of(), Set.of(), "", problem, gone);
        }

        private boolean lasts() {
            return problem.isEmpty() && !gone;
        }
    }

    /**
     * Inspects those of some containers that are not known.
     *
     * @throws DockerProblem if the daemon, not a container, is to blame
     */
    void read(Collection<String> ids) throws InterruptedException {
        var round = new Round(ids.stream().filter(id -> !known.containsKey(id)).toList());
        try {
            for (int i = 1; i < Math.min(AT_ONCE, round.left.size()); i++) {
                scheduler.execute(round);
            }
        } catch (RejectedExecutionException e) {
            // This thread does it all.
        }
        round.run();
        round.await();
    }

    /** What is known of a container that was read; null: nothing. */
    @Nullable
    Inspected of(String id) {
        return known.get(id);
    }

    /** Forgets all others, and asks again for what could not be read. */
    void keep(Set<String> ids) {
        long now = ticker.nanos();
        againNanos.entrySet().removeIf(one -> one.getValue() - now <= 0 || !ids.contains(one.getKey()));
        known.entrySet()
                .removeIf(one -> !ids.contains(one.getKey())
                        || (!one.getValue().lasts() && !againNanos.containsKey(one.getKey())));
    }

    private Inspected inspect(String id) {
        long from = ticker.nanos();
        try {
            JsonNode config =
                    limited(() -> api.get("/containers/" + id + "/json")).path("Config");
            Set<Integer> exposed = new HashSet<>();
            for (String port : Fields.members(config, "ExposedPorts").keySet()) {
                if (port.matches("[0-9]{1,5}(/tcp)?")) {
                    exposed.add(Integer.parseInt(port.replace("/tcp", "")));
                }
            }
            return new Inspected(
                    Fields.variables(config, "Env"), exposed, Fields.text(config, "StopSignal"), "", false);
        } catch (IllegalArgumentException e) {
            return Inspected.failed(String.valueOf(e.getMessage()), false);
        } catch (DockerProblem e) {
            if (e.status() == 0) {
                long waited = ticker.nanos() - from;
                limited(api::ping); // or it is the daemon, not this container
                againNanos.put(id, ticker.nanos() + LEFT_ALONE * waited);
                return Inspected.failed("inspection: " + e.getMessage(), false);
            }
            return Inspected.failed(String.valueOf(e.getMessage()), e.status() == NOT_FOUND || e.status() == CONFLICT);
        }
    }

    /** Ends a call when its time is over also on a unix socket, which knows no timeout of its own but interrupts. */
    private <T> T limited(Supplier<T> call) {
        var limit = new Limit(Thread.currentThread());
        Scheduler.Timer timer = scheduler.schedule(timeout, limit);
        try {
            return call.get();
        } catch (DockerProblem e) {
            throw limit.isOver() ? new DockerProblem(0, "no answer in " + timeout.toMillis() + " ms", e) : e;
        } finally {
            timer.cancel();
            limit.end();
        }
    }

    /** Of one call. Thread-safe. */
    private static final class Limit implements Runnable {
        private final Thread thread;
        private boolean over;
        private boolean ended;

        private Limit(Thread thread) {
            this.thread = thread;
        }

        @Override
        public synchronized void run() {
            if (!ended) {
                over = true;
                thread.interrupt();
            }
        }

        private synchronized boolean isOver() {
            return over;
        }

        private synchronized void end() {
            ended = true;
            if (over) {
                Thread.interrupted(); // ours, and for this call
            }
        }
    }

    /** One reading's inspections; run by several threads, of which none is needed but the reading's own. */
    private final class Round implements Runnable {
        private final Queue<String> left;
        private int busy;
        private @Nullable RuntimeException failure;

        private Round(Collection<String> ids) {
            left = new ArrayDeque<>(ids);
        }

        @Override
        public void run() {
            for (String id = next(); id != null; id = next()) {
                RuntimeException problem = null;
                try {
                    known.put(id, inspect(id));
                } catch (RuntimeException e) {
                    problem = e;
                } finally {
                    ended(problem);
                }
            }
        }

        private synchronized @Nullable String next() {
            String id = left.poll();
            busy += id == null ? 0 : 1;
            return id;
        }

        private synchronized void ended(@Nullable RuntimeException problem) {
            busy--;
            if (problem != null) {
                failure = problem;
                left.clear();
            }
            notifyAll();
        }

        private synchronized void await() throws InterruptedException {
            try {
                while (busy > 0) {
                    wait();
                }
            } finally {
                left.clear(); // nobody waits for the others when the reading was called off
            }
            RuntimeException problem = failure;
            if (problem != null) {
                throw problem;
            }
        }
    }
}
