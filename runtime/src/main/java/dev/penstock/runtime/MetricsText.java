package dev.penstock.runtime;

import dev.penstock.Penstock;
import dev.penstock.metrics.Metric;
import dev.penstock.metrics.PenstockReading;
import dev.penstock.metrics.PrometheusText;
import dev.penstock.metrics.Reading;
import dev.penstock.proxy.Gateway;
import dev.penstock.time.Ticker;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running gateway and its Java runtime count, in the text format of Prometheus. Of the gateway there are no meters: what
 * it counts is written as it is read. Thread-safe.
 */
final class MetricsText {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsText.class);

    private final List<Reading> readings = new ArrayList<>();
    private final int series;
    private boolean omitting;
    private @Nullable PrometheusMeterRegistry registry;

    MetricsText(Penstock penstock, @Nullable Gateway gateway, @Nullable AccessLog access, Readings file, int series) {
        if (gateway != null) {
            readings.add(new GatewayReading(gateway)); // few series, those of endpoints come last
        }
        if (access != null) {
            readings.add(sheet -> sheet.set(Metric.ACCESS_LOG_LOST, access.lost()));
        }
        readings.add(sheet -> sheet.set(Metric.FILE_REFUSED, file.refused()));
        readings.add(new PenstockReading(penstock, Ticker.system()));
        this.series = series;
    }

    /** As of now; UTF-8 in pieces. */
    synchronized List<byte[]> text() {
        PrometheusMeterRegistry own = registry;
        if (own == null) {
            var made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            new ClassLoaderMetrics().bindTo(made);
            new FileDescriptorMetrics().bindTo(made);
            new JvmMemoryMetrics().bindTo(made);
            new JvmThreadMetrics().bindTo(made);
            new ProcessorMetrics().bindTo(made);
            new UptimeMetrics().bindTo(made);
            own = made;
            registry = made;
        }
        PrometheusText.Scrape scrape = PrometheusText.scrape(series, readings);
        tellOmitted(scrape.series() + scrape.omitted(), scrape.omitted() > 0);
        List<byte[]> text = new ArrayList<>(scrape.pieces());
        text.add(own.scrape().getBytes(StandardCharsets.UTF_8));
        return text;
    }

    /** Once when there are too many, and once when there are not any more. */
    private void tellOmitted(int needed, boolean omits) {
        if (omits == omitting) {
            return;
        }
        omitting = omits;
        if (omits) {
            LOG.warn(
                    "admin.series: {} (expected: {} or more, there are as many now); /metrics leaves out those of the last"
                            + " endpoints and counts them in {}",
                    series,
                    needed,
                    Metric.SERIES_OMITTED.prometheus());
        } else {
            LOG.info("admin.series: {}, and {} series: /metrics tells all of them again", series, needed);
        }
    }
}
