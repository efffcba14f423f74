package dev.penstock.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Balancers over scenarios, as tables in Markdown. The same seed gives the same text on every machine. */
public final class Scorecard {
    private static final String HEAD =
            "| balancer | p50 ms | p99 ms | p99.9 ms | errors % | retries % | max / mean load |";
    private static final String RULE = "| --- | --- | --- | --- | --- | --- | --- |";

    /** From so many on, who is connected to whom counts. */
    private static final int MANY_GATEWAYS = 50;

    private Scorecard() {}

    /**
     * Runs each balancer in a scenario, as many at the same time as there are processors: none knows of the others.
     *
     * @param scenario what was simulated
     * @param balancers in the order of the rows, as configurations say them
     * @param seed of all chance
     * @return the table of the scenario
     */
    public static String of(Scenario scenario, List<String> balancers, long seed) {
        List<Report> reports = balancers.parallelStream()
                .map(balancer -> Simulation.run(scenario, balancer, seed))
                .toList();
        return table(scenario, reports);
    }

    /**
     * The table of one scenario.
     *
     * @param scenario what was simulated
     * @param reports one for each row
     * @return a heading, a sentence, a table
     */
    public static String table(Scenario scenario, List<Report> reports) {
        var text = new StringBuilder();
        text.append("### ").append(scenario.name()).append("\n\n");
        text.append(scenario.description()).append("; ").append(rate(scenario)).append(".\n\n");
        List<String> more = more(scenario);
        text.append(HEAD);
        more.forEach(column -> text.append(' ').append(column).append(" |"));
        text.append('\n').append(RULE).append(" --- |".repeat(more.size())).append('\n');
        reports.forEach(report -> text.append(row(report)).append(ways(report)).append('\n'));
        return text.toString();
    }

    /** Columns that say something in this scenario. */
    private static List<String> more(Scenario scenario) {
        List<String> more = new ArrayList<>();
        if (scenario.fleet().zones() > 1) {
            more.add("other zone %");
        }
        if (scenario.fleet().gateways() >= MANY_GATEWAYS) {
            more.add("connections");
        }
        if (scenario.traffic().cookies()) {
            more.add("moved %");
        }
        return more;
    }

    private static String ways(Report report) {
        Report.Ways ways = report.ways();
        Scenario scenario = report.scenario();
        var text = new StringBuilder();
        if (scenario.fleet().zones() > 1) {
            text.append(String.format(Locale.ROOT, " %.1f |", ways.otherZoneRate() * 100));
        }
        if (scenario.fleet().gateways() >= MANY_GATEWAYS) {
            text.append(String.format(Locale.ROOT, " %d |", ways.connections()));
        }
        if (scenario.traffic().cookies()) {
            double moved = (double) ways.moved() / Math.max(1, report.counts().succeeded());
            text.append(String.format(Locale.ROOT, " %.2f |", moved * 100));
        }
        return text.toString();
    }

    private static String rate(Scenario scenario) {
        return String.format(
                Locale.ROOT,
                "%.0f requests/s, %d s measured",
                scenario.traffic().requestsPerSecond(),
                scenario.length().toSeconds());
    }

    private static String row(Report report) {
        Report.Latency latency = report.latency();
        return String.format(
                Locale.ROOT,
                "| `%s` | %.1f | %.1f | %.1f | %.3f | %.2f | %s |",
                report.balancer(),
                latency.p50() / 1e6,
                latency.p99() / 1e6,
                latency.p999() / 1e6,
                report.counts().errorRate() * 100,
                report.counts().retryRate() * 100,
                Double.isNaN(report.maxOverMean()) ? "" : String.format(Locale.ROOT, "%.3f", report.maxOverMean()));
    }
}
