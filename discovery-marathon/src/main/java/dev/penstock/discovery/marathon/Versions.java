package dev.penstock.discovery.marathon;

import dev.penstock.discovery.Problems;
import dev.penstock.discovery.UriOptions;
import dev.penstock.discovery.http.Call;
import dev.penstock.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The versions of apps that tasks run, each read once. One read at a time.
 *
 * <p>The newest version stands beside the tasks; older ones, as during a deployment, are asked for one by one. While one
 * cannot be read, or is not there in two seconds, the version counts that the app was known with before.
 */
final class Versions {
    private static final int AT_ONCE = 8;
    private static final int KEPT = 1_024;

    /** How long the list waits for them. */
    private static final Duration BUDGET = Duration.ofSeconds(2);

    /** How long those that come late wait for each other. */
    private static final Duration LATE = Duration.ofMillis(500);

    private final MasterHttp http;
    private final Scheduler scheduler;
    private final Runnable changed;
    private final Set<Key> asking = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean telling = new AtomicBoolean();
    private final Map<Key, App> known = new LinkedHashMap<>();
    private volatile Map<String, App> before = Map.of();

    /**
     * Knows none yet.
     *
     * @param changed run when versions became known that a read did not wait for
     */
    Versions(MasterHttp http, Scheduler scheduler, Runnable changed) {
        this.http = http;
        this.scheduler = scheduler;
        this.changed = changed;
    }

    private record Key(String app, String version) {}

    /**
     * The versions that some tasks run. Immutable.
     *
     * @param problems by the id of the app
     */
    record Known(
            Map<Key, App> versions, Map<String, App> newest, Map<String, App> before, Map<String, String> problems) {
        App of(Task task) {
            App current = newest.get(task.app());
            if (current != null && (task.version().isEmpty() || task.version().equals(current.version()))) {
                return current;
            }
            App exact = versions.get(key(task));
            App known = before.getOrDefault(task.app(), current == null ? App.unknown(task.app()) : current);
            return (exact == null ? known : exact).settled();
        }
    }

    private static Key key(Task task) {
        return new Key(task.app(), task.version());
    }

    /** Reads what is not known yet; never fails. */
    Call<Known> of(Collection<Task> tasks, Map<String, App> newest) {
        synchronized (known) {
            newest.values().forEach(app -> known.put(new Key(app.id(), app.version()), app));
        }
        Set<Key> needed = new LinkedHashSet<>();
        Set<Key> missing = new LinkedHashSet<>();
        for (Task task : tasks) {
            if (!task.version().isEmpty() && needed.add(key(task)) && !isKnown(key(task))) {
                missing.add(key(task));
            }
        }
        return new Reading(missing).all().map(problems -> {
            Map<Key, App> versions = new HashMap<>();
            synchronized (known) {
                needed.forEach(key -> {
                    App app = known.get(key);
                    if (app != null) {
                        versions.put(key, app);
                    }
                });
                forget(needed, newest);
            }
            var result = new Known(versions, newest, before, problems);
            Map<String, App> next = new HashMap<>(newest);
            tasks.forEach(task -> next.put(task.app(), result.of(task)));
            before = next;
            return result;
        });
    }

    private boolean isKnown(Key key) {
        synchronized (known) {
            return known.containsKey(key);
        }
    }

    /** The oldest of those that nobody needs. */
    private void forget(Set<Key> needed, Map<String, App> newest) {
        Iterator<Key> keys = known.keySet().iterator();
        while (known.size() > KEPT + 2 * (needed.size() + newest.size()) && keys.hasNext()) {
            Key key = keys.next();
            App current = newest.get(key.app());
            if (!needed.contains(key) && (current == null || !current.version().equals(key.version()))) {
                keys.remove();
            }
        }
    }

    private static String target(Key key) {
        String path = UriOptions.escaped(key.app().replaceAll("^/+", "")).replace("%2F", "/");
        return "/v2/apps/" + path + "/versions/"
                + UriOptions.escaped(key.version()).replace("%3A", ":");
    }

    /** What an answer holds, which must be about the app that was asked for. */
    private static App answered(Key key, Reply reply) throws IOException {
        reply.check();
        App app = AppReader.read(reply.object());
        if (!app.id().equals("/" + key.app().replaceAll("^/+", ""))) {
            throw new IOException("id: \"" + Problems.line(app.id()) + "\" (expected: that of the app)");
        }
        return app;
    }

    /** A late answer has everything read again; many of them do once. */
    private void learnt(boolean late) {
        if (late && telling.compareAndSet(false, true)) {
            scheduler.schedule(LATE, () -> {
                telling.set(false);
                changed.run();
            });
        }
    }

    /** Asks for some, a few at a time. */
    private final class Reading {
        private final List<Key> keys;
        private final AtomicInteger next = new AtomicInteger();
        private final Set<Key> open;
        private final Map<String, String> problems = new ConcurrentHashMap<>();
        private final Call<Map<String, String>> all = new Call<>();

        private Reading(Set<Key> missing) {
            keys = missing.stream().filter(key -> !asking.contains(key)).toList();
            open = ConcurrentHashMap.newKeySet();
            open.addAll(keys);
            missing.stream()
                    .filter(asking::contains)
                    .forEach(key -> problems.put(key.app(), sentence(key, "no answer yet")));
        }

        private Call<Map<String, String>> all() {
            if (keys.isEmpty()) {
                all.complete(Map.copyOf(problems));
                return all;
            }
            Scheduler.Timer limit = scheduler.schedule(BUDGET, () -> scheduler.execute(this::publish));
            CompletionStage<Map<String, String>> end = all;
            end.whenComplete((answer, problem) -> limit.cancel());
            for (int i = 0; i < Math.min(AT_ONCE, keys.size()); i++) {
                one();
            }
            return all;
        }

        /** With what is known by now. */
        private void publish() {
            open.forEach(key ->
                    problems.putIfAbsent(key.app(), sentence(key, "no answer within " + BUDGET.toMillis() + " ms")));
            all.complete(Map.copyOf(problems));
        }

        private void one() {
            int index = next.getAndIncrement();
            if (index >= keys.size() || all.isCancelled()) {
                return;
            }
            Key key = keys.get(index);
            asking.add(key);
            CompletionStage<App> answer = http.ask(target(key), reply -> answered(key, reply));
            answer.whenComplete((app, problem) -> {
                if (problem == null) {
                    synchronized (known) {
                        known.put(key, app);
                    }
                    learnt(all.isDone());
                } else {
                    problems.put(key.app(), sentence(key, Problems.of(problem)));
                }
                asking.remove(key);
                open.remove(key);
                if (open.isEmpty()) {
                    publish();
                } else if (problem == null || !all.isDone()) { // the next read tries what a late failure leaves
                    one();
                }
            });
        }

        private String sentence(Key key, String why) {
            return "app " + key.app() + ": version " + key.version() + ": " + why + "; its settings stay as they were";
        }
    }
}
