package dev.penstock.gateway;

import dev.penstock.config.Configuration;
import dev.penstock.config.ConfigurationException;
import dev.penstock.config.ConfigurationFile;
import dev.penstock.config.Fault;
import dev.penstock.config.Setting;
import dev.penstock.runtime.GatewayRuntime;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which configuration file a command reads. Confined to one call. */
final class FileOption {
    /** Where attento's balancer looks. */
    private static final String BALANCER_FILE = "/etc/balancer.json";

    @Option(
            names = {"-f", "-e", "--file"},
            paramLabel = "FILE",
            description =
                    "The configuration: YAML, or JSON if it is named *.json; also a JSON array of balancer's servers;"
                            + " or a folder of such files. Without it /etc/balancer.json, if that is there. [PENSTOCK_CONFIG]")
    private @Nullable String file;

    boolean isGiven() {
        return file != null;
    }

    /** As it was given. */
    String name(Map<String, String> variables) {
        String name = file != null ? file : variables.getOrDefault("PENSTOCK_CONFIG", "");
        if (name.isEmpty() && Files.exists(Path.of(BALANCER_FILE))) {
            return BALANCER_FILE;
        }
        if (name.isEmpty()) {
            throw new Complaint(List.of("penstock: no configuration (expected: -f FILE, PENSTOCK_CONFIG, or the file "
                    + BALANCER_FILE + ")"));
        }
        return name;
    }

    /**
     * What the file says, without what flags and variables would change of it.
     *
     * @throws ConfigurationException with every fault
     */
    Configuration read(Map<String, String> variables) {
        return with(List.of(), variables).read().orThrow();
    }

    /** The file with settings that win over it. */
    ConfigurationFile with(List<Setting> settings, Map<String, String> variables) {
        return new ConfigurationFile(GatewayRuntime.reader().withVariables(variables), path(name(variables)), settings);
    }

    static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new ConfigurationException(List.of(new Fault(name, 0, 0, "", "not the name of a file")));
        }
    }
}
