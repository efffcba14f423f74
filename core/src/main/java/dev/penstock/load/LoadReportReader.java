package dev.penstock.load;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads load reports in the three forms that backends send them. What is no report gives null, never an exception: a
 * header must not fail the answer that it came with. Confined to one report.
 *
 * @see <a href="https://github.com/cncf/xds/blob/main/xds/data/orca/v3/orca_load_report.proto">the message</a>
 */
final class LoadReportReader {
    /** Longer than any report that says something. */
    private static final int MOST_CHARACTERS = 4_096;

    private static final int MOST_NAME = 100;
    private static final String NAMED = "named_metrics.";

    private double cpu;
    private double memory;
    private double application;
    private double requests;
    private double errors;
    private final Map<String, Double> metrics = new HashMap<>();
    private boolean says;

    private LoadReportReader() {}

    static @Nullable LoadReport text(CharSequence header) {
        if (header.length() < 5 || header.length() > MOST_CHARACTERS) {
            return null;
        }
        String text = header.toString().trim();
        int blank = text.indexOf(' ');
        String form = blank < 0 ? "" : text.substring(0, blank);
        String rest = text.substring(blank + 1).trim();
        var reader = new LoadReportReader();
        return switch (form) {
            case "TEXT" -> reader.pairs(rest) ? reader.report() : null;
            case "JSON" -> new FlatJson(rest).read(reader::take) ? reader.report() : null;
            case "BIN" -> base64(rest);
            default -> null;
        };
    }

    static @Nullable LoadReport base64(CharSequence header) {
        if (header.length() > MOST_CHARACTERS) {
            return null;
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(header.toString().trim());
        } catch (IllegalArgumentException e) {
            return null;
        }
        var reader = new LoadReportReader();
        try {
            return reader.message(ByteBuffer.wrap(bytes)) ? reader.report() : null;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null; // it ends amidst
        }
    }

    private @Nullable LoadReport report() {
        return says ? new LoadReport(cpu, memory, application, requests, errors, metrics) : null;
    }

    private boolean pairs(String text) {
        for (String pair : text.split(",", -1)) {
            int divider = pair.indexOf('=');
            divider = divider < 0 ? pair.indexOf(':') : divider;
            if (divider < 1) {
                return false;
            }
            take(pair.substring(0, divider).trim(), pair.substring(divider + 1).trim());
        }
        return true;
    }

    private void take(String name, String value) {
        try {
            take(name, Double.parseDouble(value));
        } catch (NumberFormatException e) {
            // this one says nothing; the others may
        }
    }

    private void take(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            return;
        }
        switch (name) {
            case "cpu_utilization", "cpuUtilization" -> cpu = value;
            case "mem_utilization", "memUtilization" -> memory = value;
            case "application_utilization", "applicationUtilization" -> application = value;
            case "rps_fractional", "rpsFractional" -> requests = value;
            case "eps" -> errors = value;
            default -> {
                takeMetric(name.startsWith("namedMetrics.") ? NAMED + name.substring(13) : name, value);
                return;
            }
        }
        says = true;
    }

    private void takeMetric(String name, double value) {
        if (name.startsWith(NAMED) && name.length() <= NAMED.length() + MOST_NAME) {
            if (metrics.size() < LoadReport.MOST_METRICS) {
                metrics.put(name.substring(NAMED.length()), value);
            }
            says = true;
        }
    }

    // ---- protocol buffer: tags of number and kind, then the value

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private boolean message(ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            long tag = varint(bytes);
            int kind = (int) (tag & 7);
            switch (kind) {
                case FIXED64 -> field((int) (tag >>> 3), bytes.getDouble());
                case BYTES -> {
                    ByteBuffer inner = part(bytes);
                    if (tag >>> 3 == 8) {
                        entry(inner);
                    }
                }
                case VARINT -> varint(bytes);
                case FIXED32 -> bytes.getInt();
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    private void field(int number, double value) {
        switch (number) {
            case 1 -> take("cpu_utilization", value);
            case 2 -> take("mem_utilization", value);
            case 6 -> take("rps_fractional", value);
            case 7 -> take("eps", value);
            case 9 -> take("application_utilization", value);
            default -> {} // of a later version
        }
    }

    private void entry(ByteBuffer bytes) {
        String name = "";
        double value = 0;
        while (bytes.hasRemaining()) {
            long tag = varint(bytes);
            if (tag == ((1 << 3) | BYTES)) {
                name = StandardCharsets.UTF_8.decode(part(bytes)).toString();
            } else if (tag == ((2 << 3) | FIXED64)) {
                value = bytes.getDouble();
            } else {
                return;
            }
        }
        take(NAMED + name, value);
    }

    private static ByteBuffer part(ByteBuffer bytes) {
        long length = varint(bytes);
        if (length < 0 || length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) length);
        return part;
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new BufferUnderflowException(); // longer than any number
    }
}
