package dev.penstock.gateway;

import dev.penstock.Explanation;
import dev.penstock.Table;
import dev.penstock.catalog.ErrorAnswers;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.config.RequestCase;
import dev.penstock.route.Route;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A run of cases against a table, told as it goes. Confined to one thread. */
final class CasesRun {
    private static final int MOST_NAMED = 20;

    private final Table table;
    private final NotAsked notAsked;
    private final PrintWriter out;
    private final Set<String> reached = new HashSet<>();
    private int passed;
    private int failed;

    CasesRun(Table table, NotAsked notAsked, PrintWriter out) {
        this.table = table;
        this.notAsked = notAsked;
        this.out = out;
    }

    void run(CasesFile file) {
        file.cases().forEach(one -> run(file.name(), one));
    }

    private void run(String file, RequestCase one) {
        Explanation explanation = table.explain(one.request());
        Outcome outcome = Outcome.of(explanation, answers(one.request().listener()));
        reached.add(outcome.route());
        notAsked.had(explanation);
        List<String> wrong = one.expected().entrySet().stream()
                .filter(expected -> !outcome.isOneOf(expected.getKey(), expected.getValue()))
                .sorted(Map.Entry.comparingByKey())
                .map(expected -> expected.getKey().word() + ": " + outcome.shown(expected.getKey()) + " (expected: "
                        + String.join(" or ", expected.getValue()) + ")")
                .toList();
        if (wrong.isEmpty()) {
            passed++;
            return;
        }
        failed++;
        out.println(file + ":" + one.line() + ": " + one.name() + ": " + String.join("; ", wrong));
    }

    private ErrorAnswers answers(String listener) {
        return table.listeners().stream()
                .filter(one -> one.name().equals(listener))
                .findFirst()
                .map(ListenerSpec::answers)
                .orElse(ErrorAnswers.defaults());
    }

    /** Tells the sum; gives whether all passed. */
    boolean sum() {
        List<String> missed = table.routes().stream()
                .map(Route::name)
                .filter(name -> !reached.contains(name))
                .toList();
        int routes = table.routes().size();
        out.println(passed + " passed, " + failed + " failed; " + (routes - missed.size()) + " of " + routes
                + " routes reached" + (missed.isEmpty() ? "" : ", not: " + named(missed)));
        return failed == 0;
    }

    private static String named(List<String> routes) {
        String names =
                routes.stream().limit(MOST_NAMED).map(name -> '"' + name + '"').collect(Collectors.joining(", "));
        int more = routes.size() - MOST_NAMED;
        return more > 0 ? names + " and " + more + " more" : names;
    }
}
