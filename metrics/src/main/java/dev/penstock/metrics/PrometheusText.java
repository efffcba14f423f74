package dev.penstock.metrics;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of readings in the text format of Prometheus (version 0.0.4), written as they are read: without a meter for
 * each, a registry or a copy. Of one reading. Not thread-safe.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">the format</a>
 */
public final class PrometheusText implements Sheet {
    private final Map<Metric, Family> families = new EnumMap<>(Metric.class);
    private final Map<Metric, Map<Label, Histogram>> histograms = new EnumMap<>(Metric.class);
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
        var bytes = new ByteArrayOutputStream();
        scrape(most, readings).pieces().forEach(bytes::writeBytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * The text in pieces, and how much of it there is.
     *
     * @param pieces lines in UTF-8, each with its end; at most 64 KiB each, so that no array is as long as the text, which may be of
     *     many megabytes: a piece may end in the middle of a line, or of a character. Not to be changed
     * @param series that are told, {@code >= 1}
     * @param omitted series that are not told, since there are too many; {@code >= 0}
     */
    public record Scrape(List<byte[]> pieces, int series, int omitted) {
        /** Copies the list. */
        public Scrape {
            pieces = List.copyOf(pieces);
        }
    }

    /**
     * Reads and writes, as above, in pieces.
     *
     * @param most series there may be, {@code >= 2}; those beyond are counted by {@link Metric#SERIES_OMITTED}
     * @param readings what is measured, the most important first
     * @return what there is to tell
     * @throws IllegalArgumentException if the bound is out of range
     */
    public static Scrape scrape(int most, List<Reading> readings) {
        if (most < 2) {
            throw new IllegalArgumentException("series: " + most + " (expected: 2 or more)");
        }
        var text = new PrometheusText(most);
        for (Reading reading : readings) {
            reading.read(text);
        }
        return text.end();
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
        Map<Label, Histogram> known = histograms.computeIfAbsent(metric, key -> new LinkedHashMap<>());
        Label label = labelText.of(metric, labels);
        if (known.containsKey(label)) {
            known.merge(label, histogram, Histogram::plus);
        } else if (series + histogram.series() <= most - 1) {
            known.put(label, histogram);
            series += histogram.series();
        } else {
            omitted += histogram.series();
        }
    }

    private Scrape end() {
        var omission = new Family();
        omission.set(Label.NONE, omitted, true, false);
        families.put(Metric.SERIES_OMITTED, omission);
        var page = new PrometheusPage();
        families.forEach(page::write);
        histograms.forEach(page::write);
        return new Scrape(page.pieces(), series + 1, omitted);
    }
}
