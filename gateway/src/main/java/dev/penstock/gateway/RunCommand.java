package dev.penstock.gateway;

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
        return Serving.serve(surroundings, options.configuration(surroundings.variables()));
    }
}
