package dev.penstock.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the meters of a registry in step with what is there: one meter for each value that a {@link Reading} notes, removed
 * once it notes it no more, so that services and endpoints that are gone leave nothing behind. Requests pay nothing for it:
 * all values are counters that balancing keeps anyway, read when {@link #refresh()} is called. Thread-safe.
 */
public final class PenstockMetrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final List<Reading> readings;
    private final int most;
    private final Map<Series, Value> values = new HashMap<>();

    /**
     * No meter yet: they come with the first {@link #refresh()}.
     *
     * @param registry holds the meters
     * @param most meters there may be, {@code >= 2}; those beyond are counted by {@link Metric#SERIES_OMITTED}
     * @param readings what is measured, the most important first
     */
    public PenstockMetrics(MeterRegistry registry, int most, List<Reading> readings) {
        this.registry = requireNonNull(registry, "registry");
        this.readings = List.copyOf(readings);
        if (most < 2) {
            throw new IllegalArgumentException("series: " + most + " (expected: 2 or more)");
        }
        this.most = most;
    }

    /** One meter. */
    private record Series(Metric metric, List<String> labels) {}

    /** What a meter shows. Written by refreshes only. */
    private static final class Value {
        private final Meter meter;
        private volatile Shown shown;

        Value(Function<Value, Meter> register, Shown shown) {
            this.shown = shown;
            this.meter = register.apply(this);
        }

        double shown() {
            return shown.value();
        }

        long count() {
            return shown.count();
        }
    }

    /** A value; of a histogram its sum, and how many it is of. */
    private record Shown(double value, long count) {
        Shown plus(Shown other) {
            return new Shown(value + other.value, count + other.count);
        }

        Shown max(Shown other) {
            return value >= other.value ? this : other;
        }
    }

    /** Reads every value: to be called before the registry is read, or from time to time. */
    public synchronized void refresh() {
        var page = new Page(most);
        for (Reading reading : readings) {
            reading.read(page);
        }
        Map<Series, Shown> found = page.end();
        for (Iterator<Map.Entry<Series, Value>> each = values.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Series, Value> old = each.next();
            if (!found.containsKey(old.getKey())) {
                registry.remove(old.getValue().meter);
                each.remove();
            }
        }
        found.forEach(this::show);
    }

    private void show(Series series, Shown shown) {
        Value value = values.get(series);
        if (value == null) {
            values.put(series, new Value(made -> register(series, made), shown));
        } else {
            value.shown = shown;
        }
    }

    /** One reading. */
    private static final class Page implements Sheet {
        private final Map<Series, Shown> found = new LinkedHashMap<>();
        private final int most;
        private int omitted;

        Page(int most) {
            this.most = most;
        }

        @Override
        public void set(Metric metric, double value, String... labels) {
            set(new Series(metric, List.of(labels)), new Shown(value, 0));
        }

        @Override
        public void set(Metric metric, Histogram histogram, String... labels) {
            set(new Series(metric, List.of(labels)), new Shown(histogram.sum(), histogram.count()));
        }

        private void set(Series series, Shown shown) {
            if (found.size() < most - 1 || found.containsKey(series)) {
                boolean gauge = series.metric().kind() == Metric.Kind.GAUGE;
                found.merge(series, shown, gauge ? Shown::max : Shown::plus);
            } else {
                omitted++;
            }
        }

        Map<Series, Shown> end() {
            found.put(new Series(Metric.SERIES_OMITTED, List.of()), new Shown(omitted, 0));
            return found;
        }
    }

    private Meter register(Series series, Value value) {
        Metric metric = series.metric();
        return switch (metric.kind()) {
            case COUNTER ->
                FunctionCounter.builder(metric.meter(), value, Value::shown)
                        .tags(tags(series))
                        .description(metric.description())
                        .baseUnit(unit(metric))
                        .register(registry);
            case HISTOGRAM -> // of ranges that are counted elsewhere Micrometer has no meter
                FunctionTimer.builder(metric.meter(), value, Value::count, Value::shown, TimeUnit.SECONDS)
                        .tags(tags(series))
                        .description(metric.description())
                        .register(registry);
            case GAUGE ->
                Gauge.builder(metric.meter(), value, Value::shown)
                        .tags(tags(series))
                        .description(metric.description())
                        .baseUnit(unit(metric))
                        .register(registry);
        };
    }

    private static @Nullable String unit(Metric metric) {
        return metric.unit().isEmpty() ? null : metric.unit();
    }

    private static Tags tags(Series series) {
        List<String> names = series.metric().labels();
        series.metric().check(series.labels().toArray(String[]::new));
        List<Tag> tags = new ArrayList<>(names.size());
        for (int i = 0; i < names.size(); i++) {
            tags.add(Tag.of(names.get(i), series.labels().get(i)));
        }
        return Tags.of(tags);
    }

    /** Removes every meter. */
    @Override
    public synchronized void close() {
        values.values().forEach(value -> registry.remove(value.meter));
        values.clear();
    }
}
