package dev.penstock.gateway;

import dev.penstock.catalog.CatalogState;
import dev.penstock.config.Configuration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code penstock check}: says whether a configuration can be used, and starts nothing. Confined to one call. */
@Command(
        name = "check",
        description = "Says everything that is wrong with a configuration, or that nothing is; starts nothing.")
final class CheckCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Mixin
    private final FileOptions options = new FileOptions();

    @Override
    public Integer call() {
        var variables = program.surroundings().variables();
        Configuration configuration = options.configuration(variables);
        program.surroundings().out().println(options.name(variables) + ": OK, " + summary(configuration.catalog()));
        return 0;
    }

    private static String summary(CatalogState catalog) {
        int endpoints = catalog.services().stream()
                .mapToInt(service -> service.endpoints().size())
                .sum();
        return String.join(
                ", ",
                counted(catalog.listeners().size(), "listener"),
                counted(catalog.routes().size(), "route"),
                counted(catalog.services().size(), "service"),
                counted(endpoints, "endpoint"));
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
