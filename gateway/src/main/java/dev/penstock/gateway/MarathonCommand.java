package dev.penstock.gateway;

import dev.penstock.config.Configuration;
import dev.penstock.config.LogLevel;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * {@code penstock marathon}: the service ports of Marathon and of registrator, with the options of proxymatic. Confined to one
 * call.
 */
@Command(
        name = "marathon",
        description = {
            "Opens the service ports of Marathon's apps, and of what registrator registers, and leads them to the tasks. Options"
                    + " and variables are those of proxymatic.",
            "Example: penstock marathon -m http://marathon-01:8080/,http://marathon-02:8080/",
            "Example: penstock marathon -m http://marathon:8080/ -r etcd://etcd-host:4001/services"
        })
final class MarathonCommand implements Callable<Integer> {
    /** As proxymatic says that there is nothing to follow. */
    private static final int NOTHING = 1;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private CommandSpec spec;

    @Mixin
    private final ProxymaticOptions options = new ProxymaticOptions();

    @Mixin
    private final SettingOptions settings = new SettingOptions();

    @Override
    public Integer call() throws InterruptedException {
        Surroundings surroundings = program.surroundings();
        Map<String, String> variables = surroundings.variables();
        if (options.nothing(variables)) {
            surroundings.err().println("penstock: nothing to follow (expected: --marathon, --registrator, or both)");
            spec.commandLine().usage(surroundings.err());
            return NOTHING;
        }
        return Serving.serve(program, spec, settings, () -> configuration(variables));
    }

    private Configuration configuration(Map<String, String> variables) {
        var nothing = new PortMap(listener -> listener);
        Configuration configuration = Configuration.of(nothing.catalog())
                .withCatalogs(options.catalogs(variables))
                .withAdmin(options.admin(variables));
        return options.verbose()
                ? configuration.withProcess(configuration.process().withLogLevel(LogLevel.DEBUG))
                : configuration;
    }
}
