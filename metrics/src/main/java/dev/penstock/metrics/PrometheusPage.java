package dev.penstock.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lines in the text format of Prometheus, version 0.0.4. Not thread-safe. */
final class PrometheusPage {
    /** Up to this a whole number is written as one, with {@code .0} behind it, as Java does. */
    private static final double WHOLE = 1e7;

    private final Pieces pieces = new Pieces();
    private List<Double> bounds = List.of();
    private List<byte[]> ranges = List.of(); // of these bounds: mostly all histograms have the same

    /** Nothing of a family without values. */
    void write(Metric metric, Family family) {
        if (family.size() == 0) {
            return;
        }
        head(metric);
        byte[] name = metric.prometheus().getBytes(US_ASCII);
        for (int i = 0; i < family.size(); i++) {
            pieces.append(name);
            family.label(i).write(pieces);
            pieces.append(' ');
            number(family.value(i));
            pieces.append('\n');
        }
    }

    /** Nothing of a metric without histograms. */
    void write(Metric metric, Map<Label, Histogram> histograms) {
        if (histograms.isEmpty()) {
            return;
        }
        head(metric);
        byte[] bucket = (metric.prometheus() + "_bucket").getBytes(US_ASCII);
        byte[] sum = (metric.prometheus() + "_sum").getBytes(US_ASCII);
        byte[] count = (metric.prometheus() + "_count").getBytes(US_ASCII);
        histograms.forEach((label, histogram) -> {
            long all = buckets(bucket, label, histogram);
            pieces.append(sum);
            label.write(pieces);
            pieces.append(' ');
            number(histogram.sum());
            pieces.append('\n').append(count);
            label.write(pieces);
            pieces.append(' ').append(all).append('\n');
        });
    }

    private void head(Metric metric) {
        String name = metric.prometheus();
        String kind = metric.kind().name().toLowerCase(Locale.ROOT);
        pieces.append("# HELP " + name + " " + metric.description() + "\n");
        pieces.append("# TYPE " + name + " " + kind + "\n");
    }

    /** Each range with all before it, as the format has it; returns how many values there are. */
    private long buckets(byte[] name, Label label, Histogram histogram) {
        if (!histogram.bounds().equals(bounds) || ranges.isEmpty()) {
            bounds = histogram.bounds();
            ranges = ranges(bounds);
        }
        long count = 0;
        for (int i = 0; i < ranges.size(); i++) {
            count += histogram.counts().get(i);
            pieces.append(name);
            label.write(pieces, ranges.get(i));
            pieces.append(' ').append(count).append('\n');
        }
        return count;
    }

    private static List<byte[]> ranges(List<Double> bounds) {
        List<byte[]> ranges = new ArrayList<>();
        for (double bound : bounds) {
            ranges.add(("le=\"" + bound + "\"").getBytes(US_ASCII));
        }
        ranges.add("le=\"+Inf\"".getBytes(US_ASCII));
        return ranges;
    }

    private void number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < WHOLE) {
            pieces.append((long) value).append('.').append('0');
        } else if (value == Double.POSITIVE_INFINITY) {
            pieces.append("+Inf");
        } else if (value == Double.NEGATIVE_INFINITY) {
            pieces.append("-Inf");
        } else {
            pieces.append(String.valueOf(value));
        }
    }

    List<byte[]> pieces() {
        return pieces.all();
    }
}
