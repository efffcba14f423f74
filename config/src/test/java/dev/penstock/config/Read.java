package dev.penstock.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the tests of this package read with. */
final class Read {
    private Read() {}

    static Configuration yaml(String... lines) {
        return reader().read("penstock.yaml", String.join("\n", lines) + "\n");
    }

    /** The faults of a YAML text, one line each. */
    static List<String> faults(String... lines) {
        return faultsOf("penstock.yaml", String.join("\n", lines) + "\n");
    }

    static List<String> faultsOf(String name, String text) {
        var exception = catchThrowableOfType(ConfigurationException.class, () -> reader().read(name, text));
        return exception == null
                ? List.of()
                : exception.faults().stream().map(Fault::toString).toList();
    }

    static ConfigurationReader reader() {
        return new ConfigurationReader(catalog -> List.of());
    }

    static String everyKey() {
        try (var in = Read.class.getResourceAsStream("every-key.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
