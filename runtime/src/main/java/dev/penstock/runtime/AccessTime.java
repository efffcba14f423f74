package dev.penstock.runtime;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes whole seconds of UTC; the text of the last one is kept, since the next line is nearly always of the same. */
final class AccessTime {
    private final DateTimeFormatter format;
    private long keptSecond;
    private byte[] kept;

    private AccessTime(String pattern) {
        this.format = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
        this.kept = text(keptSecond);
    }

    /** RFC 3339 up to the second, without its end. */
    static AccessTime ofSeconds() {
        return new AccessTime("uuuu-MM-dd'T'HH:mm:ss");
    }

    /** As web servers have it. */
    static AccessTime common() {
        return new AccessTime("dd/MMM/uuuu:HH:mm:ss Z");
    }

    void append(LineBuffer line, long epochSecond) {
        if (epochSecond != keptSecond) {
            keptSecond = epochSecond;
            kept = text(epochSecond);
        }
        line.append(kept);
    }

    private byte[] text(long epochSecond) {
        return format.format(Instant.ofEpochSecond(epochSecond)).getBytes(StandardCharsets.US_ASCII);
    }
}
