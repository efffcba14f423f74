package dev.penstock.discovery.marathon;

import dev.penstock.discovery.Problems;
import dev.penstock.discovery.UriOptions;
import dev.penstock.discovery.http.Call;
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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The versions of apps that tasks run, each read once. One read at a time.
 *
 * <p>The newest version stands beside the tasks; older ones, as during a deployment, are asked for one by one. While one
 * cannot be read, the version counts that the app was known with before.
 */
final class Versions {
    private static final int AT_ONCE = 8;
    private static final int KEPT = 1_024;

    private final MasterHttp http;
    private final Map<Key, App> known = new LinkedHashMap<>();
    private volatile Map<String, App> before = Map.of();

    Versions(MasterHttp http) {
        this.http = http;
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

    /** Asks for some, a few at a time. */
    private final class Reading {
        private final List<Key> keys;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger left;
        private final Map<String, String> problems = new ConcurrentHashMap<>();
        private final Call<Map<String, String>> all = new Call<>();

        private Reading(Set<Key> missing) {
            keys = List.copyOf(missing);
            left = new AtomicInteger(keys.size());
        }

        private Call<Map<String, String>> all() {
            if (keys.isEmpty()) {
                all.complete(problems);
            }
            for (int i = 0; i < Math.min(AT_ONCE, keys.size()); i++) {
                one();
            }
            return all;
        }

        private void one() {
            int index = next.getAndIncrement();
            if (index >= keys.size() || all.isDone()) {
                return;
            }
            Key key = keys.get(index);
            CompletionStage<App> answer = http.ask(target(key), reply -> {
                reply.check();
                return AppReader.read(reply.object());
            });
            answer.whenComplete((app, problem) -> {
                if (problem == null) {
                    synchronized (known) {
                        known.put(key, app);
                    }
                } else {
                    problems.put(
                            key.app(),
                            "app " + key.app() + ": version " + key.version() + ": " + Problems.of(problem)
                                    + "; its settings stay as they were");
                }
                if (left.decrementAndGet() == 0) {
                    all.complete(problems);
                } else {
                    one();
                }
            });
        }
    }
}
