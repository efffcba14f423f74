package dev.penstock.gateway;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code penstock run}: serves until it is told to end. Confined to one call. */
@Command(name = "run", aliases = "r", description = "Serves what a configuration says, until SIGTERM or Ctrl-C.")
final class RunCommand implements Callable<Integer> {
    private static final String WATCH = "PENSTOCK_WATCH";

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Mixin
    private final FileOptions options = new FileOptions();

    @Option(
            names = "--watch",
            negatable = true,
            description = "Whether what the file says later takes effect, too; it does unless said otherwise."
                    + " [PENSTOCK_WATCH: true or false]")
    private @Nullable Boolean watch;

    @Override
    public Integer call() throws InterruptedException {
        Surroundings surroundings = program.surroundings();
        boolean watched = watch == null ? Flag.of(WATCH, surroundings.variables(), true) : watch;
        return Serving.serve(surroundings, options.file(surroundings.variables()), watched);
    }
}
