package dev.penstock.discovery.marathon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one read of a Marathon found. Immutable.
 *
 * @param apps the newest version of each, by id
 * @param served the ports of the tasks of each app, by the id of the app and in the order of tasks
 * @param byServicePort the same by service port
 * @param claims the service ports of all tasks that are listed, each once
 * @param problems by the id of the app, one sentence for each entry that could not be used; those of none by an empty text
 */
record Snapshot(
        SortedMap<String, App> apps,
        Map<String, List<Served>> served,
        Map<Integer, List<Served>> byServicePort,
        Set<Claim> claims,
        Map<String, List<String>> problems) {
    /**
     * Puts tasks and apps together.
     *
     * @param apps the newest version of each, by id
     * @param tasks each with the version of its app
     * @param problems those of reading
     */
    static Snapshot of(SortedMap<String, App> apps, List<Placed> tasks, Map<String, List<String>> problems) {
        Map<String, List<Served>> served = new TreeMap<>();
        Map<Integer, List<Served>> byServicePort = new HashMap<>();
        Map<String, List<String>> all = new HashMap<>();
        problems.forEach((app, sentences) -> all.put(app, new ArrayList<>(sentences)));
        Map<App, List<PortLabels>> labels = new HashMap<>();
        Set<Claim> claims = new LinkedHashSet<>();
        for (Placed placed : tasks) {
            List<String> sentences = all.computeIfAbsent(placed.app().id(), app -> new ArrayList<>());
            int ports = Placement.ports(placed.task(), placed.app());
            List<PortLabels> settings = labels.computeIfAbsent(placed.app(), app -> new ArrayList<>());
            while (settings.size() < ports) {
                settings.add(PortLabels.of(placed.app(), settings.size(), sentences));
            }
            List<Claim> itsClaims = Placement.claims(placed.task(), placed.app(), settings.subList(0, ports));
            claims.addAll(itsClaims);
            for (Served one : Placement.of(placed, itsClaims, sentences)) {
                served.computeIfAbsent(one.app(), app -> new ArrayList<>()).add(one);
                byServicePort
                        .computeIfAbsent(one.servicePort(), port -> new ArrayList<>())
                        .add(one);
            }
        }
        all.values().removeIf(List::isEmpty);
        return new Snapshot(apps, served, byServicePort, claims, all);
    }

    /**
     * A task with the version of its app that it runs. Immutable.
     *
     * @param proven whether it was in before, in the same version
     */
    record Placed(Task task, App app, boolean proven) {}

    /** The sentences about some apps. */
    List<String> problems(Set<String> some) {
        return some.stream()
                .sorted()
                .flatMap(app -> problems.getOrDefault(app, List.of()).stream())
                .toList();
    }

    /** The sentences about everything. */
    List<String> allProblems() {
        return new TreeMap<>(problems).values().stream().flatMap(List::stream).toList();
    }
}
