package dev.penstock.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadReportTest {
    private static final LoadReport FULL =
            new LoadReport(0.3, 0.8, 0.5, 120.5, 2, Map.of("requests_in_flight", 7.0, "latency_ms", 12.5));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TEXT cpu_utilization=0.3,mem_utilization=0.8,application_utilization=0.5,rps_fractional=120.5,eps=2,"
                        + "named_metrics.requests_in_flight=7,named_metrics.latency_ms=12.5",
                "TEXT cpu_utilization:0.3, mem_utilization:0.8, application_utilization:0.5, rps_fractional:120.5,"
                        + " eps:2, named_metrics.requests_in_flight:7, named_metrics.latency_ms:12.5",
                "JSON {\"cpu_utilization\": 0.3, \"mem_utilization\": 0.8, \"application_utilization\": 0.5,"
                        + " \"rps_fractional\": 120.5, \"eps\": 2,"
                        + " \"named_metrics\": {\"requests_in_flight\": 7, \"latency_ms\": 1.25e1}}",
                "JSON {\"cpuUtilization\":0.3,\"memUtilization\":0.8,\"applicationUtilization\":0.5,"
                        + "\"rpsFractional\":120.5,\"eps\":2,\"namedMetrics\":{\"requests_in_flight\":7,\"latency_ms\":12.5}}",
            })
    void parse_eachForm_saysTheSame(String header) {
        assertThat(LoadReport.parse(header)).isEqualTo(FULL);
    }

    private static String binary() {
        ByteBuffer bytes = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = {0.3, 0.8, 120.5, 2, 0.5};
        int[] numbers = {1, 2, 6, 7, 9};
        for (int i = 0; i < values.length; i++) {
            bytes.put((byte) ((numbers[i] << 3) | 1)).putDouble(values[i]);
        }
        bytes.put((byte) (3 << 3)).put((byte) 0x96).put((byte) 1); // rps as an integer: given up, and to be skipped
        metric(bytes, 8, "requests_in_flight", 7);
        metric(bytes, 8, "latency_ms", 12.5);
        metric(bytes, 5, "disk", 0.2); // utilization of its own: not used
        return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes.array(), bytes.position()));
    }

    private static void metric(ByteBuffer bytes, int number, String name, double value) {
        bytes.put((byte) ((number << 3) | 2)).put((byte) (name.length() + 11));
        bytes.put((byte) 10).put((byte) name.length()).put(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        bytes.put((byte) 17).putDouble(value);
    }

    @Test
    void parse_protocolBuffer_saysTheSame() {
        assertThat(LoadReport.parseBinary(binary())).isEqualTo(FULL);
        assertThat(LoadReport.parse("BIN " + binary())).isEqualTo(FULL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "TEXT",
                "TEXT ",
                "cpu_utilization=0.3",
                "TEXT cpu_utilization",
                "TEXT cpu_utilization=NaN",
                "TEXT cpu_utilization=-1",
                "TEXT cpu_utilization=Infinity",
                "TEXT cpu_utilization=much",
                "TEXT what=1",
                "JSON",
                "JSON {}",
                "JSON {\"cpu_utilization\":}",
                "JSON {\"cpu_utilization\": 0.3",
                "JSON {\"cpu_utilization\": 0.3} and more",
                "JSON {\"a\":{\"b\":{\"c\":1}}}",
                "JSON [0.3]",
                "BIN !!!",
                "BIN CQ==",
                "XML <cpu>1</cpu>"
            })
    void parse_garbage_isNoReport(String header) {
        assertThat(LoadReport.parse(header)).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3}) // seeds
    void parse_anything_neverThrows(long seed) {
        var random = new SplittableRandom(seed);
        String[] valid = {
            "TEXT cpu_utilization=0.3,named_metrics.a=1",
            "JSON {\"eps\":1,\"named_metrics\":{\"a\":1}}",
            "BIN " + binary()
        };
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder(valid[i % valid.length]);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.setCharAt(at, (char) random.nextInt(32, 127));
                } else {
                    text.setLength(Math.max(1, at));
                }
            }
            LoadReport.parse(text);
            LoadReport.parseBinary(text.substring(Math.min(4, text.length())));
        }
    }

    @Test
    void parse_oneNumberThatIsNone_leavesTheOthers() {
        LoadReport report = LoadReport.parse("TEXT cpu_utilization=NaN,eps=-3,rps_fractional=10");
        assertThat(report).isEqualTo(new LoadReport(0, 0, 0, 10, 0, Map.of()));
    }

    @Test
    void parse_tooMuch_isBounded() {
        assertThat(LoadReport.parse("TEXT " + "named_metrics.a=1,".repeat(1000) + "eps=1"))
                .isNull();
        var many = new StringBuilder("TEXT eps=1");
        for (int i = 0; i < 100; i++) {
            many.append(",named_metrics.m").append(i).append("=1");
        }
        LoadReport report = LoadReport.parse(many);
        assertThat(report).isNotNull();
        assertThat(report.metrics()).hasSize(LoadReport.MOST_METRICS);
    }

    @Test
    void utilization_isTheApplications_elseThatOfTheProcessors() {
        assertThat(FULL.utilization()).isEqualTo(0.5);
        assertThat(new LoadReport(0.3, 0, 0, 0, 0, Map.of()).utilization()).isEqualTo(0.3);
        assertThat(FULL.metric("latency_ms")).isEqualTo(12.5);
        assertThat(FULL.metric("none")).isNegative();
    }

    @Test
    void report_withANumberThatIsNone_isRefused() {
        assertThatThrownBy(() -> new LoadReport(Double.NaN, 0, 0, 0, 0, Map.of()))
                .hasMessage("cpu: NaN (expected: 0 or more)");
    }
}
