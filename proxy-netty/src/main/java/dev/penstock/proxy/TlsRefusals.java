package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many clients were refused before their first request, by reason. Thread-safe. */
final class TlsRefusals {
    /** Why. */
    enum Reason {
        /** It did not speak TLS. */
        NOT_TLS,
        /** It asked for a name that nobody has. */
        UNKNOWN_NAME,
        /** It asked for a name while the code that gives certificates was asked as much as it may be; no refusal by itself. */
        SUPPLIER_BUSY,
        /** It took too long. */
        TOO_SLOW,
        /** Client and proxy did not come to terms, or the certificate of the client was missing or wrong. */
        FAILED
    }

    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    TlsRefusals() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    void count(Reason reason) {
        requireNonNull(counts.get(reason), "reason").increment();
    }

    /** By reason, as in {@code not_tls}. */
    Map<String, Long> counts() {
        Map<String, Long> all = new LinkedHashMap<>();
        counts.forEach((reason, count) -> all.put(reason.name().toLowerCase(Locale.ROOT), count.sum()));
        return all;
    }
}
