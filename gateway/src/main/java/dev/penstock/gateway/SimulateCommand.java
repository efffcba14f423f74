package dev.penstock.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.balancer.BalancerRegistry;
import dev.penstock.endpoint.Zone;
import dev.penstock.simulator.LoadPicture;
import dev.penstock.simulator.Report;
import dev.penstock.simulator.Scenario;
import dev.penstock.simulator.Scenarios;
import dev.penstock.simulator.Scorecard;
import dev.penstock.simulator.Simulation;
import dev.penstock.time.Ticker;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code penstock simulate}: compares balancers without sending anything. Confined to one call. */
@Command(
        name = "simulate",
        description = {
            "Compares balancers in virtual time: production balancers against modelled endpoints.",
            "As in: penstock simulate --scenario slow-hosts --balancer p2c --balancer \"maglev(bound=1.25)\"",
            "The same seed gives the same figures on every machine. docs/algorithms.md says what is modelled."
        })
final class SimulateCommand implements Callable<Integer> {
    private static final List<String> BALANCERS = List.of("random", "round_robin", "p2c", "least_requests");
    private static final int MOST_SECONDS = 86_400;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = "even, gateways, slow-hosts, fast-failing, ejection, rolling-deploy, slow-start, zone-loss,"
                    + " flash-crowd, overload, zones, tiers, many-gateways or sessions; may be given several times;"
                    + " all unless said otherwise.")
    private List<String> scenarios = List.of();

    @Option(
            names = "--balancer",
            paramLabel = "RULE",
            description =
                    "As in a configuration, where {zone} is the zone of each gateway; may be given several times; random,"
                            + " round_robin, p2c and least_requests unless said otherwise.")
    private List<String> balancers = BALANCERS;

    @Option(names = "--seed", paramLabel = "N", description = "Of all chance; 1 unless said otherwise.")
    private long seed = 1;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Virtual time that is measured, 1 to 86400; 60 unless said otherwise.")
    private int seconds = 60;

    @Option(names = "--json", description = "Figures as JSON instead of tables.")
    private boolean json;

    @Option(
            names = "--picture",
            paramLabel = "FILE.svg",
            description = "Draws the load of each endpoint over time; for one scenario and one balancer.")
    private @Nullable String picture;

    @Override
    public Integer call() {
        List<Scenario> chosen = chosen();
        Path drawing = drawing(chosen);
        List<List<Report>> reports = new ArrayList<>();
        for (Scenario scenario : chosen) {
            reports.add(
                    balancers.stream().map(balancer -> run(scenario, balancer)).toList());
        }
        PrintWriter out = program.surroundings().out();
        if (json) {
            out.println(json(reports));
        } else {
            for (int i = 0; i < chosen.size(); i++) {
                out.println(Scorecard.table(chosen.get(i), reports.get(i)));
            }
        }
        out.flush();
        if (drawing != null) {
            draw(drawing, reports.get(0).get(0));
        }
        return 0;
    }

    private List<Scenario> chosen() {
        List<String> problems = new ArrayList<>();
        List<Scenario> chosen = new ArrayList<>();
        if (seconds < 1 || seconds > MOST_SECONDS) {
            problems.add("--seconds: " + seconds + " (expected: 1.." + MOST_SECONDS + ")");
        }
        for (String name : scenarios) {
            try {
                chosen.add(Scenarios.named(name));
            } catch (IllegalArgumentException e) {
                problems.add("--" + e.getMessage());
            }
        }
        BalancerRegistry known = BalancerRegistry.defaults();
        for (String balancer : balancers) {
            try {
                known.balancer(Simulation.in(Zone.UNKNOWN, balancer));
            } catch (IllegalArgumentException | IllegalStateException e) {
                problems.add("--balancer \"" + balancer + "\": " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new Complaint(problems);
        }
        return (scenarios.isEmpty() ? Scenarios.all() : chosen)
                .stream()
                        .map(scenario -> scenario.withLength(Duration.ofSeconds(seconds)))
                        .toList();
    }

    private @Nullable Path drawing(List<Scenario> chosen) {
        if (picture == null) {
            return null;
        }
        if (chosen.size() != 1 || balancers.size() != 1) {
            throw new Complaint(List.of("--picture: " + chosen.size() + " scenarios and " + balancers.size()
                    + " balancers (expected: one --scenario and one --balancer)"));
        }
        try {
            return Path.of(picture);
        } catch (InvalidPathException e) {
            throw new Complaint(List.of("--picture: \"" + picture + "\" (expected: the name of a file)"));
        }
    }

    private Report run(Scenario scenario, String balancer) {
        Ticker ticker = Ticker.system();
        long begun = ticker.nanos();
        Report report = Simulation.run(scenario, balancer, seed);
        program.surroundings()
                .err()
                .println(String.format(
                        Locale.ROOT,
                        "simulated %s with %s: %d requests in %.1f s",
                        scenario.name(),
                        balancer,
                        report.counts().requests(),
                        (ticker.nanos() - begun) / 1e9));
        program.surroundings().err().flush();
        return report;
    }

    private static String json(List<List<Report>> reports) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (List<Report> row : reports) {
            for (Report report : row) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("scenario", report.scenario().name());
                entry.put("balancer", report.balancer());
                entry.put("seed", report.seed());
                entry.put("counts", report.counts());
                entry.put("ways", report.ways());
                entry.put("latencyNanos", report.latency());
                entry.put("maxOverMean", Double.isNaN(report.maxOverMean()) ? null : report.maxOverMean());
                entry.put("load", report.load());
                entries.add(entry);
            }
        }
        try {
            return new ObjectMapper().writeValueAsString(entries);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("json: " + e.getMessage(), e);
        }
    }

    private static void draw(Path file, Report report) {
        try {
            Files.writeString(file, LoadPicture.svg(report));
        } catch (IOException e) {
            throw new Complaint(List.of("--picture: \"" + file + "\" cannot be written: " + e.getMessage()
                    + " (expected: a file in a folder that exists)"));
        }
    }
}
