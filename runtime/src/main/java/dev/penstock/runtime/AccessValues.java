package dev.penstock.runtime;

import dev.penstock.config.AccessField;
import dev.penstock.proxy.ExchangeRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a record says of each field. Confined to its writer. */
final class AccessValues {
    private static final long MILLIS_OF_SECOND = 1_000;
    private static final long MICROS_OF_MILLI = 1_000;
    private static final long NANOS_OF_MICRO = 1_000;

    private final boolean withQuery;
    private final AccessTime seconds = AccessTime.ofSeconds();
    private final AccessTime common = AccessTime.common();

    /**
     * Of one log.
     *
     * @param withQuery whether queries are said
     */
    AccessValues(boolean withQuery) {
        this.withQuery = withQuery;
    }

    /** Whether a field is a text; the others are numbers and times, which hold nothing that others chose. */
    static boolean isText(AccessField field) {
        return !field.isNumber() && field != AccessField.TIME && field != AccessField.COMMON_TIME;
    }

    /** Of a field that is a text, as it came; empty where there is none. */
    String text(AccessField field, ExchangeRecord record) {
        return switch (field) {
            case LISTENER -> record.listener();
            case PROTOCOL -> record.protocol();
            case CLIENT -> record.client();
            case TLS -> record.tls().version();
            case SERVER_NAME -> record.tls().serverName();
            case TLS_SUBJECT -> record.tls().subject();
            case REQUEST_ID -> record.requestId();
            case METHOD -> record.method();
            case HOST -> record.host();
            case PATH -> record.path();
            case QUERY -> withQuery ? record.query() : "";
            case REQUEST -> request(record);
            case SERVICE -> record.service();
            case ENDPOINT -> record.endpoint();
            case END -> record.ending().token();
            case REASON -> record.reason();
            case REFERER -> withQuery ? record.referer() : withoutQuery(record.referer());
            case USER_AGENT -> record.userAgent();
            default -> throw new IllegalArgumentException("field: " + field + " (expected: a text)");
        };
    }

    /** Writes a field that is a number or a time, and nothing where there is none. */
    void append(LineBuffer line, AccessField field, ExchangeRecord record, long epochMillis) {
        switch (field) {
            case TIME -> time(line, epochMillis);
            case COMMON_TIME -> common.append(line, Math.floorDiv(epochMillis, MILLIS_OF_SECOND));
            case STATUS -> line.append(record.status());
            case ATTEMPTS -> line.append(record.attempts());
            case RECEIVED_BYTES -> line.append(record.receivedBytes());
            case SENT_BYTES -> line.append(record.sentBytes());
            case CONNECT_MILLIS -> millis(line, record.connect());
            case FIRST_BYTE_MILLIS -> millis(line, record.firstByte());
            case DURATION_MILLIS -> millis(line, record.duration());
            default -> throw new IllegalArgumentException("field: " + field + " (expected: a number or a time)");
        }
    }

    private void time(LineBuffer line, long epochMillis) {
        seconds.append(line, Math.floorDiv(epochMillis, MILLIS_OF_SECOND));
        line.append('.');
        line.append(Math.floorMod(epochMillis, MILLIS_OF_SECOND), 3);
        line.append('Z');
    }

    private String request(ExchangeRecord record) {
        if (record.method().isEmpty()) {
            return "";
        }
        String query = withQuery && !record.query().isEmpty() ? "?" + record.query() : "";
        return record.method() + " " + record.path() + query + " " + record.protocol();
    }

    private static String withoutQuery(String uri) {
        int end = 0;
        while (end < uri.length() && uri.charAt(end) != '?' && uri.charAt(end) != '#') {
            end++;
        }
        return uri.substring(0, end);
    }

    /** With three digits behind the point. */
    private static void millis(LineBuffer line, @Nullable Duration duration) {
        if (duration != null) {
            long micros = duration.toNanos() / NANOS_OF_MICRO;
            line.append(micros / MICROS_OF_MILLI);
            line.append('.');
            line.append(micros % MICROS_OF_MILLI, 3);
        }
    }
}
