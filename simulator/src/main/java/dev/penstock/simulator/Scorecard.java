package dev.penstock.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Balancers over scenarios, as tables in Markdown. The same seed gives the same text on every machine. */
public final class Scorecard {
    private static final String HEAD =
            "| balancer | p50 ms | p99 ms | p99.9 ms | errors % | retries % | max / mean load |";
    private static final String RULE = "| --- | --- | --- | --- | --- | --- | --- |";

    private Scorecard() {}

    /**
     * Runs each balancer in each scenario.
     *
     * @param scenarios in the order of the tables
     * @param balancers in the order of the rows, as configurations say them
     * @param seed of all chance
     * @param progress told each report as it comes
     * @return one table for each scenario
     */
    public static String of(List<Scenario> scenarios, List<String> balancers, long seed, Consumer<Report> progress) {
        var text = new StringBuilder();
        for (Scenario scenario : scenarios) {
            List<Report> reports = new ArrayList<>();
            for (String balancer : balancers) {
                Report report = Simulation.run(scenario, balancer, seed);
                progress.accept(report);
                reports.add(report);
            }
            if (text.length() > 0) {
                text.append('\n');
            }
            text.append(table(scenario, reports));
        }
        return text.toString();
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
        text.append(HEAD).append('\n').append(RULE).append('\n');
        reports.forEach(report -> text.append(row(report)).append('\n'));
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
