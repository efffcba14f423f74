package dev.penstock.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.Planned;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.route.Unreached;
import dev.penstock.runtime.GatewayRuntime;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code penstock plan}: says what a configuration would change; changes nothing. Confined to one call. */
@Command(
        name = "plan",
        description =
                "Says what a configuration would change of another one, or of the running gateway, and which routes would"
                        + " get no request any more; changes nothing.")
final class PlanCommand implements Callable<Integer> {
    /** With {@code --detailed-exitcode}: something would change. */
    static final int CHANGES = 3;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Mixin
    private final FileOption file = new FileOption();

    @Option(
            names = "--against",
            paramLabel = "FILE",
            description = "The configuration that it would take the place of.")
    private @Nullable String against;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "The admin address of the gateway that would run it, " + AdminClient.DEFAULT
                    + " unless --against is given. Its token is PENSTOCK_ADMIN_TOKEN.")
    private @Nullable String admin;

    @Option(names = "--detailed-exitcode", description = "Exit status 3 if something would change, 0 if nothing would.")
    private boolean detailed;

    /** What would be different, one line each, with the routes that would get no request. */
    private record Plan(
            List<String> lines, Map<String, Integer> counts, List<String> settings, List<String> unreached) {
        static Plan of(Planned planned, List<String> settings) {
            var plan = new Plan(new ArrayList<>(), new LinkedHashMap<>(), settings, new ArrayList<>());
            plan.add("added", "+ ", planned.difference().added());
            plan.add("removed", "- ", planned.difference().removed());
            plan.add("changed", "~ ", planned.difference().changed());
            settings.forEach(plan.lines::add);
            for (Unreached route : planned.unreached()) {
                plan.unreached.add("! route " + route.route() + ": " + route.why());
            }
            return plan;
        }

        static Plan of(JsonNode planned) {
            var plan = new Plan(new ArrayList<>(), new LinkedHashMap<>(), List.of(), new ArrayList<>());
            plan.add("added", "+ ", texts(planned.path("added")));
            plan.add("removed", "- ", texts(planned.path("removed")));
            plan.add("changed", "~ ", texts(planned.path("changed")));
            for (JsonNode route : planned.path("unreached")) {
                plan.unreached.add("! route " + route.path("route").asText() + ": "
                        + route.path("why").asText());
            }
            return plan;
        }

        private static List<String> texts(JsonNode array) {
            List<String> texts = new ArrayList<>();
            array.forEach(text -> texts.add(text.asText()));
            return texts;
        }

        private void add(String how, String sign, List<String> names) {
            counts.put(how, names.size());
            names.forEach(name -> lines.add(sign + name));
        }

        boolean isEmpty() {
            return lines.isEmpty() && unreached.isEmpty();
        }

        String sum() {
            int lost = unreached.size();
            return counts.get("added") + " added, " + counts.get("removed") + " removed, " + counts.get("changed")
                    + " changed"
                    + (settings.isEmpty()
                            ? ""
                            : "; " + settings.size() + (settings.size() == 1 ? " setting" : " settings"))
                    + (lost == 0
                            ? ""
                            : "; " + lost + (lost == 1 ? " route gets" : " routes get") + " no request any more");
        }
    }

    @Override
    public Integer call() {
        Map<String, String> variables = program.surroundings().variables();
        if (against != null && admin != null) {
            throw new Complaint(List.of("penstock: --against and --admin (expected: one of them)"));
        }
        Plan plan;
        try {
            Configuration next = file.read(variables);
            plan = against == null ? running(variables) : local(against, next, variables);
        } catch (ConfigurationException e) {
            throw Complaint.of(e.faults());
        }
        PrintWriter out = program.surroundings().out();
        plan.lines().forEach(out::println);
        plan.unreached().forEach(out::println);
        out.println(plan.isEmpty() ? "no change" : plan.sum());
        return detailed && !plan.isEmpty() ? CHANGES : 0;
    }

    private static Plan local(String name, Configuration next, Map<String, String> variables) {
        Configuration old = GatewayRuntime.reader().withVariables(variables).read(FileOption.path(name));
        List<String> settings = new ArrayList<>();
        if (!old.catalogs().equals(next.catalogs())) {
            settings.add("~ catalogs");
        }
        old.restartNeededFor(next).forEach(key -> settings.add("~ " + key + " (in effect after a restart)"));
        return Plan.of(Planned.between(old.catalog(), next.catalog()), settings);
    }

    private Plan running(Map<String, String> variables) {
        String name = file.name(variables);
        String text = GatewayRuntime.reader().withVariables(variables).expanded(FileOption.path(name));
        var question = new ObjectMapper().createObjectNode().put("name", name).put("text", text);
        return Plan.of(
                new AdminClient(admin == null ? AdminClient.DEFAULT : admin, variables).ask("/v1/plan", question));
    }
}
