package dev.penstock.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricTest {
    @ParameterizedTest
    @EnumSource
    void names_areThoseOfMicrometer(Metric metric) {
        assertThat(metric.meter()).matches("penstock(\\.[a-z]+)+");
        assertThat(metric.unit()).isIn("", "bytes", "seconds");
        assertThat(metric.labels()).doesNotHaveDuplicates().allMatch(label -> label.matches("[a-z]+"));
        assertThat(metric.description()).isNotBlank().doesNotContain("|");
    }

    @Test
    void table_ofTheDocument_isThisOne() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("../docs/metrics.md")).stream()
                .filter(line -> line.startsWith("| `penstock_"))
                .toList();

        assertThat(rows)
                .isEqualTo(Arrays.stream(Metric.values()).map(MetricTest::row).toList());
    }

    private static String row(Metric metric) {
        return "| `" + metric.prometheus() + "` | "
                + metric.kind().name().toLowerCase(Locale.ROOT) + " | "
                + metric.labels().stream().map(label -> "`" + label + "`").collect(Collectors.joining(", ")) + " | "
                + metric.description() + " |";
    }
}
