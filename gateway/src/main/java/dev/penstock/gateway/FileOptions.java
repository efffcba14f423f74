package dev.penstock.gateway;

import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.ConfigurationFile;
import dev.penstock.config.Reading;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** The options of commands that run by a configuration file. Confined to one call. */
final class FileOptions {
    @Mixin
    private final FileOption file = new FileOption();

    @Mixin
    private final SettingOptions settings = new SettingOptions();

    /** The file, with flags over variables over what it says. */
    ConfigurationFile file(Map<String, String> variables) {
        try {
            return file.with(settings.settings(variables), variables);
        } catch (ConfigurationException e) {
            throw Complaint.of(e.faults());
        }
    }

    /**
     * The configuration: flags over variables over the file over defaults.
     *
     * @throws Complaint with every fault of all of them
     */
    Configuration configuration(Map<String, String> variables) {
        return Serving.guarded(configuration(file(variables).read()));
    }

    /** What was read; a Complaint with every fault. */
    static Configuration configuration(Reading reading) {
        try {
            return reading.orThrow();
        } catch (ConfigurationException e) {
            throw Complaint.of(e.faults());
        }
    }

    String name(Map<String, String> variables) {
        return file.name(variables);
    }
}
