package dev.penstock.runtime;

import dev.penstock.config.AccessField;
import dev.penstock.proxy.ExchangeRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a record says of each field, as it came.
 *
 * @param withQuery whether queries are said
 */
record AccessValues(boolean withQuery) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter COMMON_TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Empty where there is none. */
    String of(AccessField field, ExchangeRecord record, Instant time) {
        return switch (field) {
            case TIME -> TIME.format(time);
            case COMMON_TIME -> COMMON_TIME.format(time);
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
            case STATUS -> String.valueOf(record.status());
            case SERVICE -> record.service();
            case ENDPOINT -> record.endpoint();
            case ATTEMPTS -> String.valueOf(record.attempts());
            case RECEIVED_BYTES -> String.valueOf(record.receivedBytes());
            case SENT_BYTES -> String.valueOf(record.sentBytes());
            case CONNECT_MILLIS -> millis(record.connect());
            case FIRST_BYTE_MILLIS -> millis(record.firstByte());
            case DURATION_MILLIS -> millis(record.duration());
            case END -> record.ending().token();
            case REASON -> record.reason();
            case REFERER -> withQuery ? record.referer() : withoutQuery(record.referer());
            case USER_AGENT -> record.userAgent();
        };
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
    private static String millis(@Nullable Duration duration) {
        if (duration == null) {
            return "";
        }
        long micros = duration.toNanos() / 1_000;
        String part = String.valueOf(micros % 1_000);
        return micros / 1_000 + "." + "000".substring(part.length()) + part;
    }
}
