package dev.penstock.label;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the labels of many things say together, as those of the instances of one service. Immutable.
 *
 * <p>Of two things that say different things of a route or service of one name, the one whose name comes first in textual
 * order counts, so that nothing depends on the order in which a source lists them.
 *
 * @param routes each name once
 * @param services each name once; port and weight are those of the first thing, for they belong to things, not to services
 * @param problems those of all things, and what they disagree about
 */
public record LabelUnion(List<LabelRoute> routes, List<LabelService> services, List<String> problems) {
    /** Copies the lists. */
    public LabelUnion {
        routes = List.copyOf(routes);
        services = List.copyOf(services);
        problems = List.copyOf(problems);
    }

    /**
     * Puts together what things say.
     *
     * @param things by the names that messages call them
     * @return in the textual order of things
     */
    public static LabelUnion of(Map<String, Labelled> things) {
        SortedMap<String, Labelled> sorted = new TreeMap<>(things);
        Map<String, LabelRoute> routes = new LinkedHashMap<>();
        Map<String, LabelService> services = new LinkedHashMap<>();
        Map<String, String> firsts = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        sorted.forEach((thing, labelled) -> {
            problems.addAll(labelled.problems());
            for (LabelRoute route : labelled.routes()) {
                String what = "route \"" + route.name() + "\"";
                firsts.putIfAbsent(what, thing);
                LabelRoute first = routes.putIfAbsent(route.name(), route);
                if (first != null && !first.equals(route)) {
                    problems.add(differs(thing, what, firsts));
                }
            }
            for (LabelService service : labelled.services()) {
                String what = "service \"" + service.name() + "\"";
                firsts.putIfAbsent(what, thing);
                LabelService first = services.putIfAbsent(service.name(), service);
                if (first != null && !first.agreesWith(service)) {
                    problems.add(differs(thing, what, firsts));
                }
            }
        });
        return new LabelUnion(List.copyOf(routes.values()), List.copyOf(services.values()), problems);
    }

    private static String differs(String thing, String what, Map<String, String> firsts) {
        return LabelSet.shown(thing) + ": " + LabelSet.shown(what) + " is not that of "
                + LabelSet.shown(firsts.getOrDefault(what, "")) + " (expected: the same labels, or another name)";
    }
}
