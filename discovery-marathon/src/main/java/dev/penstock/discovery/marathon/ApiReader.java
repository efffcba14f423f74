package dev.penstock.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.discovery.Problems;
import dev.penstock.discovery.http.Call;
import dev.penstock.time.Scheduler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads all apps and tasks. One read at a time.
 *
 * <p>{@code /v2/apps} with its tasks is one answer of one moment, in every version since 0.8. Where it is not there, or
 * comes without tasks, {@code /v2/tasks} is read. An entry that cannot be read counts as it was read last, as long as it is
 * listed.
 */
final class ApiReader {
    static final String APPS =
            "/v2/apps?embed=apps.tasks&embed=apps.deployments&embed=apps.readiness"; // 0.8 knows the first alone

    static final String TASKS = "/v2/tasks";

    private final MasterHttp http;
    private final Versions versions;
    private final Proven proven = new Proven();
    private volatile Draft last = new Draft();

    /**
     * Reads nothing yet.
     *
     * @param changed run when there is something to read that no event tells of
     */
    ApiReader(MasterHttp http, Scheduler scheduler, Runnable changed) {
        this.http = http;
        versions = new Versions(http, scheduler, changed);
    }

    /** Whether some app has readiness checks and is deployed. */
    boolean awaitsReadiness() {
        return last.apps.values().stream().anyMatch(App::awaited);
    }

    Call<Snapshot> read() {
        return http.ask(APPS, this::apps)
                .then(draft -> draft.whole ? done(draft) : http.ask(TASKS, reply -> tasks(draft, reply)))
                .then(draft -> versions.of(draft.tasks.values(), draft.apps).map(known -> snapshot(draft, known)));
    }

    private Draft apps(Reply reply) throws IOException {
        var draft = new Draft();
        if (reply.status() == 404) {
            draft.whole = false;
            return draft;
        }
        for (JsonNode entry : reply.list("apps")) {
            App app;
            try {
                app = AppReader.read(entry);
            } catch (IllegalArgumentException e) {
                app = known(entry, e, draft);
            }
            if (app != null) {
                draft.apps.put(app.id(), app);
                tasks(entry, app, draft);
            }
        }
        return draft;
    }

    private @Nullable App known(JsonNode entry, IllegalArgumentException problem, Draft draft) {
        App before = last.apps.get(entry.path("id").asText(""));
        draft.problem(before == null ? "" : before.id(), Problems.of(problem));
        return before;
    }

    private void tasks(JsonNode entry, App app, Draft draft) {
        if (!entry.has("tasks")) {
            draft.whole = false; // whoever answers does not know what was asked
            return;
        }
        if (!entry.path("tasks").isArray()) {
            draft.problem(
                    app.id(),
                    "app " + app.id() + ": "
                            + Fields.wrong(entry, "tasks", "a list").getMessage());
            last.tasks.values().stream()
                    .filter(task -> task.app().equals(app.id()))
                    .forEach(task -> draft.tasks.put(task.id(), task));
            return;
        }
        entry.path("tasks").forEach(task -> task(task, app.id(), draft));
    }

    private Draft tasks(Draft draft, Reply reply) throws IOException {
        for (JsonNode entry : reply.list("tasks")) {
            task(entry, "", draft);
        }
        return draft;
    }

    private void task(JsonNode entry, String app, Draft draft) {
        try {
            Task task = TaskReader.read(entry, app);
            draft.tasks.put(task.id(), task);
        } catch (IllegalArgumentException e) {
            Task before = last.tasks.get(entry.path("id").asText(""));
            if (before != null) {
                draft.tasks.put(before.id(), before);
            }
            String known = before == null ? entry.path("appId").asText("") : before.app();
            draft.problem(app.isEmpty() ? known : app, Problems.of(e));
        }
    }

    private Snapshot snapshot(Draft draft, Versions.Known known) {
        List<Snapshot.Placed> placed = new ArrayList<>();
        for (Task task : draft.tasks.values()) {
            placed.add(new Snapshot.Placed(task, known.of(task), proven.contains(task)));
        }
        Map<String, List<String>> problems = new HashMap<>(draft.problems);
        known.problems()
                .forEach((app, sentence) -> problems.merge(app, List.of(sentence), (a, b) -> {
                    List<String> both = new ArrayList<>(a);
                    both.addAll(b);
                    return both;
                }));
        TreeMap<String, App> apps = new TreeMap<>(draft.apps);
        Set<String> named = new HashSet<>();
        for (Snapshot.Placed one : placed) {
            if (named.add(one.app().id())) {
                apps.putIfAbsent(one.app().id(), one.app());
            }
        }
        proven.learn(placed);
        last = draft;
        return Snapshot.of(apps, placed, problems);
    }

    private static <T> Call<T> done(T answer) {
        var done = new Call<T>();
        done.complete(answer);
        return done;
    }

    /** What a read has found so far. Confined to the read. */
    private static final class Draft {
        private final TreeMap<String, App> apps = new TreeMap<>();
        private final TreeMap<String, Task> tasks = new TreeMap<>();
        private final Map<String, List<String>> problems = new HashMap<>();
        private boolean whole = true;

        private void problem(String app, String sentence) {
            problems.computeIfAbsent(app, a -> new ArrayList<>()).add(sentence);
        }
    }
}
