package dev.penstock.gateway;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.config.Configuration;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What the commands have in common that serve one source without a configuration. Confined to one call. */
final class SourceOptions {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private CommandSpec spec;

    @Option(
            names = "--balancer",
            paramLabel = "NAME",
            description = "The rule of services whose labels or tags name none; round_robin unless said otherwise.")
    private String balancer = ServiceSpec.DEFAULT_BALANCER;

    @Mixin
    private final SettingOptions settings = new SettingOptions();

    String balancer() {
        return balancer;
    }

    /** Of the process. */
    Map<String, String> variables() {
        return program.surroundings().variables();
    }

    /** Serves until told to end; what the configuration throws is the caller's mistake. */
    int serve(Supplier<Configuration> configuration) throws InterruptedException {
        return Serving.serve(program, spec, settings, configuration);
    }
}
