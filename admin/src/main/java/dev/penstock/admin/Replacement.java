package dev.penstock.admin;

import dev.penstock.Applied;
import dev.penstock.Penstock;
import dev.penstock.Planned;
import dev.penstock.admin.ListenerOutcome.Kind;
import dev.penstock.catalog.CatalogDifference;
import dev.penstock.catalog.CatalogException;
import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts what an API defines in the place of what it defined before: over once listeners follow, and taken back where a new one
 * cannot be bound. Called by one who may write.
 *
 * @param penstock what decides
 * @param listeners tells what becomes of them
 * @param override whether what catalogs define may be taken
 */
record Replacement(Penstock penstock, ListenerWatch listeners, boolean override) {
    /** Does so, or with a dry run says what would come of it; the last argument is called once the change is made. */
    Planned replace(CatalogState before, CatalogState after, boolean dryRun, Runnable made) {
        try {
            Planned planned = penstock.plan(after);
            refuseTaken(planned, CatalogDifference.between(before, after));
            refuseObstructed(before, after);
            if (!dryRun) {
                apply(before, after, made);
            }
            return planned;
        } catch (CatalogException e) { // the reader has found no fault: others have changed what it goes with
            throw problem(409, e);
        }
    }

    static ApiProblem problem(int status, CatalogException e) {
        return new ApiProblem(status, text(e));
    }

    private static String text(CatalogException e) {
        return e.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
    }

    /** What stays as it was may have been taken by somebody else since: no reason to refuse the rest. */
    private void refuseTaken(Planned planned, CatalogDifference difference) {
        Map<String, String> taken = new TreeMap<>(planned.taken());
        taken.keySet()
                .retainAll(Stream.concat(difference.added().stream(), difference.changed().stream())
                        .collect(Collectors.toSet()));
        taken.values().removeIf(this::mayTake);
        if (!taken.isEmpty()) {
            throw new ApiProblem(
                    409,
                    taken.entrySet().stream()
                                    .map(one -> one.getKey() + " is defined by " + one.getValue())
                                    .collect(Collectors.joining("; "))
                            + " (expected: names and addresses that nobody else has)");
        }
    }

    private boolean mayTake(String source) {
        return override && !penstock.givers().contains(source);
    }

    /** Before anything is changed: what is taken back has ended what it removed. An address of our own may become free. */
    private void refuseObstructed(CatalogState before, CatalogState after) {
        List<ListenerSpec> held = penstock.table().listeners();
        for (ListenerSpec spec : fresh(before, after)) {
            String obstacle = held.stream().anyMatch(spec::mayOverlap) ? "" : listeners.obstacle(spec);
            if (!obstacle.isEmpty()) {
                throw new ApiProblem(409, obstacle);
            }
        }
    }

    private void apply(CatalogState before, CatalogState after, Runnable made) {
        Applied applied = penstock.apply(after);
        ListenerOutcome outcome = outcome(applied.table().version(), before, after);
        if (outcome.kind() == Kind.UNBOUND) {
            takeBack(before, after, outcome, made);
            throw new ApiProblem(409, outcome.problem());
        }
        made.run();
        if (outcome.kind() == Kind.LATE) {
            throw new ApiProblem(503, outcome.problem() + "; the change is made, and in effect as soon as it can be");
        }
    }

    private void takeBack(CatalogState before, CatalogState after, ListenerOutcome outcome, Runnable made) {
        try {
            Applied back = penstock.takeBack(before);
            outcome(
                    back.table().version(),
                    /* before= */ after,
                    /* after= */ before); // what was moved takes clients again
        } catch (CatalogException e) { // somebody has taken away what it went with
            made.run();
            throw new ApiProblem(
                    503,
                    outcome.problem()
                            + "; the change is made without that, for what there was before is not valid any more: "
                            + text(e));
        }
    }

    /** Of all listeners, those that are gone as well: the first new one that cannot be bound, or one that is late. */
    private ListenerOutcome outcome(long version, CatalogState before, CatalogState after) {
        Set<String> names = new LinkedHashSet<>();
        after.listeners().forEach(spec -> names.add(spec.name()));
        before.listeners().forEach(spec -> names.add(spec.name()));
        Set<String> fresh =
                fresh(before, after).stream().map(ListenerSpec::name).collect(Collectors.toSet());
        for (String name : names) {
            ListenerOutcome outcome = listeners.outcome(version, name);
            if (outcome.kind() == Kind.LATE || (outcome.kind() == Kind.UNBOUND && fresh.contains(name))) {
                return outcome; // where one is late, the others would be waited for as long
            }
        }
        return ListenerOutcome.DONE;
    }

    /** Listeners that are to be bound: new ones, and those that move. */
    private static List<ListenerSpec> fresh(CatalogState before, CatalogState after) {
        return after.listeners().stream()
                .filter(spec -> before.listeners().stream().noneMatch(old -> isAtTheSamePlace(old, spec)))
                .toList();
    }

    private static boolean isAtTheSamePlace(ListenerSpec one, ListenerSpec other) {
        return one.name().equals(other.name())
                && one.host().equals(other.host())
                && one.port() == other.port()
                && one.protocol().isOverTcp() == other.protocol().isOverTcp();
    }
}
