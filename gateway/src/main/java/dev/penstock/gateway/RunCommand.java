package dev.penstock.gateway;

import dev.penstock.config.Configuration;
import dev.penstock.runtime.GatewayRuntime;
import dev.penstock.runtime.StartException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code penstock run}: serves until it is told to end. Confined to one call. */
@Command(name = "run", aliases = "r", description = "Serves what a configuration says, until SIGTERM or Ctrl-C.")
final class RunCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Mixin
    private final FileOptions options = new FileOptions();

    @Override
    public Integer call() throws InterruptedException {
        Surroundings surroundings = program.surroundings();
        Configuration configuration = options.configuration(surroundings.variables());
        LogSetup.level(configuration.process().logLevel());
        var termination = Termination.watch(surroundings);
        try (GatewayRuntime runtime = GatewayRuntime.start(configuration)) {
            surroundings.out().println(StartLine.of(runtime));
            termination.await();
            runtime.terminate(configuration.process().drain());
        } catch (StartException e) {
            throw new Complaint(e.problems());
        }
        return 0;
    }
}
