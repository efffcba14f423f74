package dev.penstock.gateway;

import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.Fault;
import dev.penstock.runtime.GatewayRuntime;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which configuration file a command reads. Confined to one call. */
final class FileOption {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The configuration: YAML, or JSON if it is named *.json. [PENSTOCK_CONFIG]")
    private @Nullable String file;

    /** As it was given. */
    String name(Map<String, String> variables) {
        String name = file != null ? file : variables.getOrDefault("PENSTOCK_CONFIG", "");
        if (name.isEmpty()) {
            throw new Complaint(List.of("penstock: no configuration (expected: -f FILE, or PENSTOCK_CONFIG)"));
        }
        return name;
    }

    /**
     * What the file says, without what flags and variables would change of it.
     *
     * @throws ConfigurationException with every fault
     */
    Configuration read(Map<String, String> variables) {
        return GatewayRuntime.reader().read(path(name(variables)));
    }

    static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new ConfigurationException(List.of(new Fault(name, 0, 0, "", "not the name of a file")));
        }
    }
}
