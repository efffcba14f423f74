package dev.penstock.gateway;

import dev.penstock.catalog.CatalogState;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.Fault;
import dev.penstock.config.Setting;
import dev.penstock.runtime.GatewayRuntime;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that read a configuration file. Confined to one call. */
final class FileOptions {
    private static final Configuration EMPTY =
            Configuration.of(new CatalogState("none", List.of(), List.of(), List.of()));

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The configuration: YAML, or JSON if it is named *.json. [PENSTOCK_CONFIG]")
    private @Nullable String file;

    @Mixin
    private final SettingOptions settings = new SettingOptions();

    /**
     * The configuration: flags over variables over the file over defaults.
     *
     * @throws Complaint with every fault of all of them
     */
    Configuration configuration(Map<String, String> variables) {
        String name = file(variables);
        List<Setting> over = settings.settings(variables);
        List<Fault> faults = new ArrayList<>();
        Configuration read =
                collecting(faults, EMPTY, () -> GatewayRuntime.reader().read(path(name)));
        Configuration whole = collecting(faults, read, () -> Setting.over(read, over));
        if (!faults.isEmpty()) {
            throw new Complaint(faults.stream().map(Fault::toString).toList());
        }
        return whole;
    }

    String file(Map<String, String> variables) {
        String name = file != null ? file : variables.getOrDefault("PENSTOCK_CONFIG", "");
        if (name.isEmpty()) {
            throw new Complaint(List.of("penstock: no configuration (expected: -f FILE, or PENSTOCK_CONFIG)"));
        }
        return name;
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new ConfigurationException(List.of(new Fault(name, 0, 0, "", "not the name of a file")));
        }
    }

    private static Configuration collecting(
            List<Fault> faults, Configuration otherwise, Supplier<Configuration> source) {
        try {
            return source.get();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
            return otherwise;
        }
    }
}
