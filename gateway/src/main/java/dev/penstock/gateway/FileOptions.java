package dev.penstock.gateway;

import dev.penstock.catalog.CatalogState;
import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.Fault;
import dev.penstock.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;

/** The options of commands that run by a configuration file. Confined to one call. */
final class FileOptions {
    private static final Configuration EMPTY =
            Configuration.of(new CatalogState("none", List.of(), List.of(), List.of()));

    @Mixin
    private final FileOption file = new FileOption();

    @Mixin
    private final SettingOptions settings = new SettingOptions();

    /**
     * The configuration: flags over variables over the file over defaults.
     *
     * @throws Complaint with every fault of all of them
     */
    Configuration configuration(Map<String, String> variables) {
        List<Setting> over = settings.settings(variables);
        List<Fault> faults = new ArrayList<>();
        Configuration read = collecting(faults, EMPTY, () -> file.read(variables));
        Configuration whole = collecting(faults, read, () -> Setting.over(read, over));
        if (!faults.isEmpty()) {
            throw Complaint.of(faults);
        }
        return whole;
    }

    String file(Map<String, String> variables) {
        return file.name(variables);
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
