package dev.penstock.load;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint says of its own load, in the terms of ORCA. Immutable.
 *
 * @param cpu the share of its processors in use; {@code >= 0}, 0 if it does not say
 * @param memory the share of its memory in use; {@code >= 0}, 0 if it does not say
 * @param application its load as it sees it itself, 1 being what it can bear; {@code >= 0}, 0 if it does not say
 * @param requestsPerSecond that it answers; {@code >= 0}, 0 if it does not say
 * @param errorsPerSecond of these; {@code >= 0}, 0 if it does not say
 * @param metrics numbers of its own by name, ORCA's {@code named_metrics}; {@value #MOST_METRICS} at most
 * @see <a href="https://github.com/grpc/proposal/blob/master/A51-custom-backend-metrics.md">gRFC A51, custom backend
 *     metrics</a>
 */
public record LoadReport(
        double cpu,
        double memory,
        double application,
        double requestsPerSecond,
        double errorsPerSecond,
        Map<String, Double> metrics) {
    /** The header that holds a report as text: {@code TEXT cpu_utilization=0.3,...}, {@code JSON {...}}, {@code BIN ...}. */
    public static final String HEADER = "endpoint-load-metrics";

    /** The header that holds one as a protocol buffer in Base64. */
    public static final String BINARY_HEADER = "endpoint-load-metrics-bin";

    /** The metric that says how many requests an endpoint works on, whoever sent them. */
    public static final String REQUESTS_IN_FLIGHT = "requests_in_flight";

    /** The metric that says how long a request takes there now, in milliseconds. */
    public static final String LATENCY_MS = "latency_ms";

    /** What goes beyond is left out: reports are written by others, and kept. */
    public static final int MOST_METRICS = 16;

    /** Refuses numbers that are none; copies the map. */
    public LoadReport {
        check("cpu", cpu);
        check("memory", memory);
        check("application", application);
        check("requestsPerSecond", requestsPerSecond);
        check("errorsPerSecond", errorsPerSecond);
        metrics = Map.copyOf(metrics);
        if (metrics.size() > MOST_METRICS) {
            throw new IllegalArgumentException(
                    "metrics: " + metrics.size() + " (expected: " + MOST_METRICS + " at most)");
        }
    }

    private static void check(String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: 0 or more)");
        }
    }

    /**
     * Reads the text of {@link #HEADER}.
     *
     * @param header as it came
     * @return null if it is no report; what it says that makes no sense is left out
     */
    public static @Nullable LoadReport parse(CharSequence header) {
        return LoadReportReader.text(header);
    }

    /**
     * Reads the text of {@link #BINARY_HEADER}.
     *
     * @param header as it came, in Base64
     * @return null if it is no report
     */
    public static @Nullable LoadReport parseBinary(CharSequence header) {
        return LoadReportReader.base64(header);
    }

    /**
     * The load that weights go by.
     *
     * @return what the application says, else what its processors say; 0 if neither says anything
     */
    public double utilization() {
        return application > 0 ? application : cpu;
    }

    /**
     * A number of the endpoint's own.
     *
     * @param name as it says it
     * @return negative if it says none
     */
    public double metric(String name) {
        Double value = metrics.get(name);
        return value == null ? -1 : value;
    }
}
