package dev.penstock.gateway;

import dev.penstock.config.ConfigurationSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code penstock schema}: prints the JSON Schema of the configuration file. Confined to one call. */
@Command(
        name = "schema",
        description = "Prints the JSON Schema of the configuration file, by which editors complete and check it.")
final class SchemaCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Override
    public Integer call() {
        program.surroundings().out().print(ConfigurationSchema.json());
        return 0;
    }
}
