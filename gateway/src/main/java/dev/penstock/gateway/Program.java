package dev.penstock.gateway;

import dev.penstock.runtime.GatewayRuntime;
import dev.penstock.text.Suggestion;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code penstock}. Confined to one call. */
@Command(
        name = "penstock",
        description = "A load balancer that knows its services.",
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            PlanCommand.class,
            SchemaCommand.class,
            TestCommand.class,
            DemoCommand.class,
            DnsCommand.class,
            ConsulCommand.class,
            DockerCommand.class,
            MarathonCommand.class,
            SimulateCommand.class
        },
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Program.Version.class,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "Exit status: 0 success, 1 a fault of the program, 2 a fault that you can mend: usage, configuration, an"
                    + " unreadable file, a port in use."
        })
final class Program implements Callable<Integer> {
    static final int UNUSABLE = 2;

    private final Surroundings surroundings;

    private Program(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** What {@code --version} says. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"penstock " + GatewayRuntime.version() + ", Java " + Runtime.version()};
        }
    }

    static int run(Surroundings surroundings, String... arguments) {
        return commandLine(surroundings).execute(arguments);
    }

    static CommandLine commandLine(Surroundings surroundings) {
        return new CommandLine(new Program(surroundings))
                .setDefaultValueProvider(new OptionVariables(surroundings.variables()))
                .setOut(surroundings.out())
                .setErr(surroundings.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Program::misused)
                .setExecutionExceptionHandler(Program::failed);
    }

    /** Without a command: how it is used. */
    @Override
    public Integer call() {
        surroundings.err().print(new CommandLine(this).getUsageMessage());
        surroundings.err().flush();
        return UNUSABLE;
    }

    private static int misused(ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        command.getErr()
                .println("penstock: "
                        + (problem instanceof UnmatchedArgumentException unmatched
                                ? unknown(command, unmatched.getUnmatched().get(0))
                                : problem.getMessage()));
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return UNUSABLE;
    }

    private static String unknown(CommandLine command, String word) {
        if (word.startsWith("-")) {
            var names = new TreeSet<>(command.getCommandSpec().optionsMap().keySet());
            return "option: " + Suggestion.unknown(word.replaceFirst("=.*", ""), names);
        }
        Set<String> commands = command.getSubcommands().keySet();
        return commands.isEmpty()
                ? "argument: \"" + word + "\" (expected: none)"
                : "command: " + Suggestion.unknown(word, commands);
    }

    private static int failed(Exception problem, CommandLine command, ParseResult parsed) {
        if (problem instanceof Complaint complaint) {
            complaint.problems().forEach(command.getErr()::println);
            return UNUSABLE;
        }
        LoggerFactory.getLogger(Program.class).error("a fault of the program", problem);
        return 1;
    }
}
