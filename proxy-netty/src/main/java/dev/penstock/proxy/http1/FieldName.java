package dev.penstock.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The name of a header field as it is looked for and written; case does not count. Immutable.
 *
 * <p>The names that heads are asked for have a number each, so that a head tells in one step whether it has them.
 */
public final class FieldName {
    static final int UNNUMBERED = -1;
    private static final int SLOTS = 256; // four times as many as numbers: a look finds an empty one soon

    private static final List<String> NUMBERED = List.of(
            "Host",
            "Connection",
            "Content-Length",
            "Transfer-Encoding",
            "Upgrade",
            "Expect",
            "Keep-Alive",
            "Proxy-Authenticate",
            "Proxy-Authentication-Info",
            "Proxy-Authorization",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "HTTP2-Settings",
            "Proxy",
            "Forwarded",
            "Via",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Forwarded-Server",
            "X-Real-IP",
            "X-Request-Id",
            "traceparent",
            "tracestate",
            "Authorization",
            "Cookie",
            "Sec-WebSocket-Key1",
            "Sec-WebSocket-Key2",
            "Set-Cookie",
            "Accept-Encoding",
            "Accept-Ranges",
            "Content-Encoding",
            "Content-Range",
            "Content-Type",
            "ETag",
            "Vary",
            "endpoint-load-metrics",
            "endpoint-load-metrics-bin");

    private static final @Nullable FieldName[] TABLE = table();

    /** Host. */
    public static final FieldName HOST = of("Host");

    /** Connection. */
    public static final FieldName CONNECTION = of("Connection");

    /** Content-Length. */
    public static final FieldName CONTENT_LENGTH = of("Content-Length");

    /** Transfer-Encoding. */
    public static final FieldName TRANSFER_ENCODING = of("Transfer-Encoding");

    /** Upgrade. */
    public static final FieldName UPGRADE = of("Upgrade");

    /** Expect. */
    public static final FieldName EXPECT = of("Expect");

    /** Keep-Alive. */
    public static final FieldName KEEP_ALIVE = of("Keep-Alive");

    /** Proxy-Authenticate. */
    public static final FieldName PROXY_AUTHENTICATE = of("Proxy-Authenticate");

    /** Proxy-Authentication-Info. */
    public static final FieldName PROXY_AUTHENTICATION_INFO = of("Proxy-Authentication-Info");

    /** Proxy-Authorization. */
    public static final FieldName PROXY_AUTHORIZATION = of("Proxy-Authorization");

    /** Proxy-Connection. */
    public static final FieldName PROXY_CONNECTION = of("Proxy-Connection");

    /** TE. */
    public static final FieldName TE = of("TE");

    /** Trailer. */
    public static final FieldName TRAILER = of("Trailer");

    /** HTTP2-Settings. */
    public static final FieldName HTTP2_SETTINGS = of("HTTP2-Settings");

    /** Proxy. */
    public static final FieldName PROXY = of("Proxy");

    /** Forwarded. */
    public static final FieldName FORWARDED = of("Forwarded");

    /** Via. */
    public static final FieldName VIA = of("Via");

    /** X-Forwarded-For. */
    public static final FieldName X_FORWARDED_FOR = of("X-Forwarded-For");

    /** X-Forwarded-Host. */
    public static final FieldName X_FORWARDED_HOST = of("X-Forwarded-Host");

    /** X-Forwarded-Proto. */
    public static final FieldName X_FORWARDED_PROTO = of("X-Forwarded-Proto");

    /** X-Forwarded-Server. */
    public static final FieldName X_FORWARDED_SERVER = of("X-Forwarded-Server");

    /** X-Real-IP. */
    public static final FieldName X_REAL_IP = of("X-Real-IP");

    /** X-Request-Id. */
    public static final FieldName X_REQUEST_ID = of("X-Request-Id");

    /** traceparent. */
    public static final FieldName TRACEPARENT = of("traceparent");

    /** tracestate. */
    public static final FieldName TRACESTATE = of("tracestate");

    /** Authorization. */
    public static final FieldName AUTHORIZATION = of("Authorization");

    /** Cookie. */
    public static final FieldName COOKIE = of("Cookie");

    /** Sec-WebSocket-Key1. */
    public static final FieldName SEC_WEBSOCKET_KEY1 = of("Sec-WebSocket-Key1");

    /** Sec-WebSocket-Key2. */
    public static final FieldName SEC_WEBSOCKET_KEY2 = of("Sec-WebSocket-Key2");

    /** Set-Cookie. */
    public static final FieldName SET_COOKIE = of("Set-Cookie");

    /** Accept-Encoding. */
    public static final FieldName ACCEPT_ENCODING = of("Accept-Encoding");

    /** Accept-Ranges. */
    public static final FieldName ACCEPT_RANGES = of("Accept-Ranges");

    /** Content-Encoding. */
    public static final FieldName CONTENT_ENCODING = of("Content-Encoding");

    /** Content-Range. */
    public static final FieldName CONTENT_RANGE = of("Content-Range");

    /** Content-Type. */
    public static final FieldName CONTENT_TYPE = of("Content-Type");

    /** ETag. */
    public static final FieldName ETAG = of("ETag");

    /** Vary. */
    public static final FieldName VARY = of("Vary");

    /** endpoint-load-metrics. */
    public static final FieldName ENDPOINT_LOAD_METRICS = of("endpoint-load-metrics");

    /** endpoint-load-metrics-bin. */
    public static final FieldName ENDPOINT_LOAD_METRICS_BIN = of("endpoint-load-metrics-bin");

    private final String text;
    private final byte[] bytes;
    private final int hash;
    private final int number;

    private FieldName(String text, int number) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        this.hash = hash(bytes, 0, bytes.length);
        this.number = number;
    }

    private static @Nullable FieldName[] table() {
        var table = new @Nullable FieldName[SLOTS];
        if (NUMBERED.size() > Long.SIZE) {
            throw new IllegalStateException("numbered names: " + NUMBERED.size() + " (expected: a bit for each)");
        }
        for (int number = 0; number < NUMBERED.size(); number++) {
            var name = new FieldName(NUMBERED.get(number), number);
            int slot = slot(name.hash);
            while (table[slot] != null) {
                slot = (slot + 1) % SLOTS;
            }
            table[slot] = name;
        }
        return table;
    }

    /**
     * A name.
     *
     * @param text as it is written; token characters only
     * @return the name
     * @throws IllegalArgumentException if it is none
     */
    public static FieldName of(String text) {
        var name = new FieldName(text, UNNUMBERED);
        for (byte b : name.bytes) {
            if (!Octets.isToken(b)) {
                throw new IllegalArgumentException("field name: \"" + text + "\" (expected: token characters)");
            }
        }
        if (text.isEmpty()) {
            throw new IllegalArgumentException("field name: empty (expected: token characters)");
        }
        int number = number(name.bytes, 0, name.bytes.length, name.hash);
        return number == UNNUMBERED ? name : new FieldName(text, number);
    }

    /** Tells whether a character may stand in a name. */
    public static boolean isToken(char c) {
        return c < 0x80 && Octets.isToken((byte) c);
    }

    /** The number of a name that stands somewhere; {@link #UNNUMBERED} if it has none. */
    static int number(byte[] bytes, int from, int to, int hash) {
        int slot = slot(hash);
        for (FieldName name = TABLE[slot]; name != null; name = TABLE[slot]) {
            if (name.hash == hash && name.isAt(bytes, from, to)) {
                return name.number;
            }
            slot = (slot + 1) % SLOTS;
        }
        return UNNUMBERED;
    }

    private static int slot(int hash) {
        int mixed = hash * 0x9e3779b1;
        return mixed >>> 24;
    }

    /** One more byte of a name; begins with 0. */
    static int hash(int hash, byte b) {
        return hash * 31 + Octets.folded(b);
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash(hash, bytes[i]);
        }
        return hash;
    }

    /** Whether it stands there, in whatever case. */
    boolean isAt(byte[] other, int from, int to) {
        if (to - from != bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (!Octets.sameIgnoringCase(bytes[i], other[from + i])) {
                return false;
            }
        }
        return true;
    }

    int hash() {
        return hash;
    }

    int number() {
        return number;
    }

    byte[] bytes() {
        return bytes;
    }

    /** As it is written. */
    @Override
    public String toString() {
        return text;
    }
}
