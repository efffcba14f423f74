package dev.penstock.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.fuzz.Bytes;
import java.util.List;

/** Configurations: any text is one, or its faults are told with line and column; nothing else comes of it. */
public final class ConfigurationFuzz {
    private static final ConfigurationReader READER = new ConfigurationReader(configuration -> List.of());

    private ConfigurationFuzz() {}

    /** The first byte says in what form the rest is. */
    public static void run(byte[] input) {
        var bytes = new Bytes(input);
        String name = bytes.of(List.of("fuzz.yaml", "fuzz.json"));
        try {
            Configuration first = READER.read(name, new String(bytes.rest(), UTF_8));
            assertThat(first).isNotNull();
        } catch (ConfigurationException e) {
            assertThat(e.faults()).isNotEmpty().allSatisfy(fault -> {
                assertThat(fault.message()).isNotBlank();
                assertThat(fault.line()).isNotNegative();
                assertThat(fault.column()).isNotNegative();
            });
        }
    }
}
