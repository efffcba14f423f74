package dev.penstock.examples;

import dev.penstock.Penstock;
import dev.penstock.metrics.PenstockMetrics;
import dev.penstock.metrics.PenstockReading;
import dev.penstock.time.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** What a Penstock counts, beside the other meters of a program. */
public final class MetricsInYourRegistry {
    private MetricsInYourRegistry() {}

    /**
     * Tells it once.
     *
     * @param penstock what is measured
     * @param registry where the meters go
     * @return to be refreshed before each scrape, and closed at the end
     */
    public static PenstockMetrics tell(Penstock penstock, MeterRegistry registry) {
        var metrics = new PenstockMetrics(registry, 100_000, List.of(new PenstockReading(penstock, Ticker.system())));
        metrics.refresh(); // before each scrape, or as often as the registry publishes
        return metrics;
    }
}
