package dev.penstock.gateway;

import dev.penstock.Penstock;
import dev.penstock.catalog.CatalogException;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.RequestCases;
import dev.penstock.runtime.Deciding;
import dev.penstock.runtime.Extension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code penstock test}: tests the routes of a configuration; starts nothing. Confined to one call. */
@Command(
        name = "test",
        description = "Tests a configuration: says which requests do not go where they should, and which routes none of"
                + " them came to; opens no port and asks nobody.")
final class TestCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    private Program program;

    @Mixin
    private final FileOption file = new FileOption();

    @Parameters(paramLabel = "CASES", arity = "1..*", description = "Files of requests with what is expected of them.")
    private List<String> cases = List.of();

    @Override
    public Integer call() {
        try {
            var configuration = file.read(program.surroundings().variables());
            List<CasesFile> files = new ArrayList<>();
            for (String name : cases) {
                var listeners = configuration.catalog().listeners();
                files.add(new CasesFile(name, RequestCases.read(FileOption.path(name), listeners)));
            }
            try (Penstock penstock = Deciding.of(configuration, Extension.NONE)) {
                var notAsked = new NotAsked(configuration);
                var run = new CasesRun(
                        penstock.table(), notAsked, program.surroundings().out());
                files.forEach(run::run);
                boolean passed = run.sum();
                notAsked.notes().forEach(program.surroundings().out()::println);
                return passed ? 0 : Program.UNUSABLE;
            }
        } catch (ConfigurationException e) {
            throw Complaint.of(e.faults());
        } catch (CatalogException e) {
            throw new Complaint(e.problems().stream().map(Object::toString).toList());
        }
    }
}
