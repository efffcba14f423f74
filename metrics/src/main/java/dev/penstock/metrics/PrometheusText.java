package dev.penstock.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The values of readings in the text format of Prometheus (version 0.0.4), written as they are read: without a meter for
 * each, a registry or a copy. Of one reading. Not thread-safe.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">the format</a>
 */
public final class PrometheusText implements Sheet {
    private static final int BYTES_OF_A_LINE = 96;

    /** Up to this a whole number is written as one, with {@code .0} behind it, as Java does. */
    private static final double WHOLE = 1e7;

    private final Map<Metric, Family> families = new EnumMap<>(Metric.class);
    private final Map<Metric, Map<String, Histogram>> histograms = new EnumMap<>(Metric.class);
    private final LabelText labelText = new LabelText();
    private final int most;
    private int series;
    private int omitted;

    private PrometheusText(int most) {
        this.most = most;
    }

    /**
     * Reads and writes.
     *
     * @param most series there may be, {@code >= 2}; those beyond are counted by {@link Metric#SERIES_OMITTED}
     * @param readings what is measured, the most important first
     * @return lines, each with its end
     * @throws IllegalArgumentException if the bound is out of range
     */
    public static String of(int most, List<Reading> readings) {
        if (most < 2) {
            throw new IllegalArgumentException("series: " + most + " (expected: 2 or more)");
        }
        var text = new PrometheusText(most);
        for (Reading reading : readings) {
            reading.read(text);
        }
        return text.end();
    }

    /** The values of one metric, in the order in which they were noted first. */
    private static final class Family {
        private final List<String> labels = new ArrayList<>();
        private final Map<String, Integer> places = new HashMap<>();
        private double[] values = new double[16];

        /** Whether it has noted the value: a new one only where there is room for it. */
        boolean set(String label, double value, boolean room, boolean counter) {
            Integer place = places.get(label);
            if (place != null) {
                double before = values[place];
                values[place] = counter ? before + value : Math.max(before, value);
                return true;
            }
            if (room) {
                add(label, value);
            }
            return room;
        }

        private void add(String label, double value) {
            int place = labels.size();
            if (place == values.length) {
                values = Arrays.copyOf(values, 2 * place);
            }
            values[place] = value;
            labels.add(label);
            places.put(label, place);
        }

        int size() {
            return labels.size();
        }

        void write(StringBuilder text, String name) {
            for (int i = 0; i < labels.size(); i++) {
                text.append(name).append(labels.get(i)).append(' ');
                number(text, values[i]);
                text.append('\n');
            }
        }
    }

    @Override
    public void set(Metric metric, double value, String... labels) {
        Family family = families.computeIfAbsent(metric, key -> new Family());
        int before = family.size();
        boolean counter = metric.kind() == Metric.Kind.COUNTER;
        if (family.set(labelText.of(metric, labels), value, series < most - 1, counter)) {
            series += family.size() - before;
        } else {
            omitted++;
        }
    }

    @Override
    public void set(Metric metric, Histogram histogram, String... labels) {
        Map<String, Histogram> known = histograms.computeIfAbsent(metric, key -> new LinkedHashMap<>());
        String label = labelText.of(metric, labels);
        if (known.containsKey(label)) {
            known.merge(label, histogram, Histogram::plus);
        } else if (series + histogram.series() <= most - 1) {
            known.put(label, histogram);
            series += histogram.series();
        } else {
            omitted += histogram.series();
        }
    }

    private String end() {
        var omission = new Family();
        omission.add("", omitted);
        families.put(Metric.SERIES_OMITTED, omission);
        var text = new StringBuilder((series + 2 * families.size()) * BYTES_OF_A_LINE);
        families.forEach((metric, family) -> {
            if (family.size() > 0) {
                head(text, metric);
                family.write(text, metric.prometheus());
            }
        });
        histograms.forEach((metric, all) -> {
            if (!all.isEmpty()) {
                head(text, metric);
                all.forEach((label, histogram) -> write(text, metric.prometheus(), label, histogram));
            }
        });
        return text.toString();
    }

    private static void head(StringBuilder text, Metric metric) {
        String name = metric.prometheus();
        String kind = metric.kind().name().toLowerCase(Locale.ROOT);
        text.append("# HELP ")
                .append(name)
                .append(' ')
                .append(metric.description())
                .append('\n');
        text.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
    }

    /** Each range with all before it, as the format has it. */
    private static void write(StringBuilder text, String name, String label, Histogram histogram) {
        String begin = label.isEmpty() ? "{" : label.substring(0, label.length() - 1) + ",";
        long count = 0;
        for (int i = 0; i < histogram.counts().size(); i++) {
            count += histogram.counts().get(i);
            String bound = i < histogram.bounds().size()
                    ? String.valueOf(histogram.bounds().get(i))
                    : "+Inf";
            text.append(name)
                    .append("_bucket")
                    .append(begin)
                    .append("le=\"")
                    .append(bound)
                    .append("\"} ");
            text.append(count).append('\n');
        }
        text.append(name).append("_sum").append(label).append(' ');
        number(text, histogram.sum());
        text.append('\n')
                .append(name)
                .append("_count")
                .append(label)
                .append(' ')
                .append(count)
                .append('\n');
    }

    private static void number(StringBuilder text, double value) {
        if (value == Math.rint(value) && Math.abs(value) < WHOLE) {
            text.append((long) value).append(".0");
        } else if (value == Double.POSITIVE_INFINITY) {
            text.append("+Inf");
        } else if (value == Double.NEGATIVE_INFINITY) {
            text.append("-Inf");
        } else {
            text.append(value);
        }
    }
}
