package dev.penstock.config;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a line of the access log can say; {@code docs/access-log.md} has the same table. */
public enum AccessField {
    /** When. */
    TIME(
            "time",
            "when the head of the request had come, the connection was accepted, or the first datagram came: RFC 3339, UTC"),
    /** Where. */
    LISTENER("listener", "the name of the listener"),
    /** How. */
    PROTOCOL("protocol", "`HTTP/1.1`, `HTTP/1.0`, `tcp` or `udp`"),
    /** Who. */
    CLIENT("client", "the address of the client; as a trusted proxy says it"),
    /** How it is secured. */
    TLS("tls", "the version of TLS, as in `TLSv1.3`; empty without"),
    /** The name asked for. */
    SERVER_NAME("serverName", "the server name that the client asked for by TLS"),
    /** Whose certificate. */
    TLS_SUBJECT("tlsSubject", "whom the certificate of the client was issued to"),
    /** Its name. */
    REQUEST_ID("requestId", "the value of `X-Request-Id` that the endpoint was sent"),
    /** What is done. */
    METHOD("method", "the method; empty where no request could be read, and of `tcp` and `udp`"),
    /** Whose. */
    HOST("host", "the domain asked for, without port, in lower case"),
    /** What of. */
    PATH("path", "the raw path"),
    /** Its query. */
    QUERY("query", "the raw query; empty unless `log.access.query` says otherwise"),
    /** What was answered. */
    STATUS("status", "the status that the client was sent; 0: none", true),
    /** Which service. */
    SERVICE(
            "service",
            "the service that it was routed to last, or that its route is for where middleware answered it; empty: no route"),
    /** Which endpoint. */
    ENDPOINT("endpoint", "the address of the endpoint that it was given to last; empty: none"),
    /** How often. */
    ATTEMPTS("attempts", "how many endpoints it was given to", true),
    /** Up. */
    RECEIVED_BYTES("receivedBytes", "bytes of the request body, or those that the client sent", true),
    /** Down. */
    SENT_BYTES("sentBytes", "bytes of the answer body, or those that the client was sent", true),
    /** How long the connection took. */
    CONNECT_MILLIS(
            "connectMillis",
            "how long the last new connection to an endpoint took to be made, TLS included; none: one was there",
            true),
    /** How long the answer took. */
    FIRST_BYTE_MILLIS("firstByteMillis", "from `time` to the head of the endpoint's answer", true),
    /** How long it all took. */
    DURATION_MILLIS("durationMillis", "from `time` to the end", true),
    /** Who ended it. */
    END("end", "who ended it and when, see below"),
    /** Why. */
    REASON("reason", "a fixed token that says what went wrong, as in `connection_refused`; empty: nothing"),
    /** Where from. */
    REFERER(
            "referer",
            "the header, 256 characters at most; without its query unless `log.access.query` says otherwise"),
    /** What by. */
    USER_AGENT("userAgent", "the header, 256 characters at most"),
    /** The first line of the request. */
    REQUEST("request", "method, path and protocol in one, as in `combined`; not in `json`"),
    /** When, as web servers say it. */
    COMMON_TIME("commonTime", "`time` as in `combined`: `22/Nov/2026:23:58:01 +0000`; not in `json`");

    private static final Map<String, AccessField> BY_TOKEN = byToken();

    private final String token;
    private final String meaning;
    private final boolean number;

    AccessField(String token, String meaning) {
        this(token, meaning, false);
    }

    AccessField(String token, String meaning, boolean number) {
        this.token = token;
        this.meaning = meaning;
        this.number = number;
    }

    private static Map<String, AccessField> byToken() {
        Map<String, AccessField> fields = new LinkedHashMap<>();
        Arrays.stream(values()).forEach(field -> fields.put(field.token, field));
        return Collections.unmodifiableMap(fields);
    }

    /** {@return the fields by their names, in their order} */
    public static Map<String, AccessField> byName() {
        return BY_TOKEN;
    }

    /** {@return those of a line of JSON, in their order} */
    public static List<AccessField> ofJson() {
        return Arrays.stream(values())
                .filter(field -> field != REQUEST && field != COMMON_TIME)
                .toList();
    }

    /** {@return its name in templates and in JSON} */
    public String token() {
        return token;
    }

    /** {@return one line for the documentation} */
    public String meaning() {
        return meaning;
    }

    /** {@return whether it is a number in JSON} */
    public boolean isNumber() {
        return number;
    }
}
