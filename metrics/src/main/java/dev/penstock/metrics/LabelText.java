package dev.penstock.metrics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes labels as Prometheus reads them, in the order of their names. Keeps the last: an endpoint has many values with the same
 * ones. Not thread-safe.
 */
final class LabelText {
    private List<String> names = List.of();
    private int[] order = {};
    private String[] values = {};
    private Label label = Label.NONE;

    /** The labels of a value. */
    Label of(Metric metric, String... labels) {
        List<String> asked = metric.labels();
        boolean known = asked.equals(names);
        if (known && isLast(labels)) {
            return label;
        }
        metric.check(labels);
        if (!known) {
            names = asked;
            order = IntStream.range(0, asked.size())
                    .boxed()
                    .sorted((a, b) -> asked.get(a).compareTo(asked.get(b)))
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
        values = labels.clone();
        label = values.length == 0 ? Label.NONE : new Label(write());
        return label;
    }

    /** By identity: a reading that notes several values of one thing has its labels once. */
    @SuppressWarnings("ReferenceEquality") // texts that are equal and not the same are written once more, alike
    private boolean isLast(String... labels) {
        if (labels.length != values.length) {
            return false;
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != values[i]) {
                return false;
            }
        }
        return true;
    }

    private String write() {
        var written = new StringBuilder(64);
        char before = '{';
        for (int at : order) {
            written.append(before).append(names.get(at)).append("=\"");
            escaped(written, values[at]);
            written.append('"');
            before = ',';
        }
        return written.append('}').toString();
    }

    private static void escaped(StringBuilder written, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\n') {
                written.append("\\n");
            } else if (c == '"' || c == '\\') {
                written.append('\\').append(c);
            } else {
                written.append(c);
            }
        }
    }
}
