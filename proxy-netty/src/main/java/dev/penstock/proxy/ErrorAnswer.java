package dev.penstock.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.penstock.catalog.ErrorAnswers;
import dev.penstock.middleware.Verdict;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.HeadFault;
import dev.penstock.service.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the proxy's own: status, a line of text, and a reason of fixed tokens (RFC 9209). Its bytes are made once.
 * Immutable.
 */
final class ErrorAnswer {
    static final ErrorAnswer MALFORMED = of(400, "http_request_error");
    static final ErrorAnswer REJECTED = of(403, "http_request_denied");
    static final ErrorAnswer NO_ROUTE = of(404, "destination_not_found");
    static final ErrorAnswer NO_ROUTE_UNAVAILABLE = of(503, "destination_not_found");
    static final ErrorAnswer ABSENT = of(404, "destination_unavailable");
    static final ErrorAnswer NO_CONNECT = of(405, "http_request_denied");
    static final ErrorAnswer CLIENT_TOO_SLOW = of(408, "http_request_error", Ending.By.CLIENT_TIMEOUT);
    static final ErrorAnswer BODY_TOO_LARGE = of(413, "http_request_error");
    static final ErrorAnswer TARGET_TOO_LONG = of(414, "http_request_error");
    static final ErrorAnswer MISDIRECTED = of(421, "http_request_denied");
    static final ErrorAnswer FIELDS_TOO_LARGE = of(431, "http_request_error");
    static final ErrorAnswer VERSION_UNKNOWN = of(505, "http_request_error");
    static final ErrorAnswer INTERNAL = of(500, "proxy_internal_error");
    static final ErrorAnswer CONNECTION_REFUSED = of(502, "connection_refused", Ending.By.ENDPOINT);
    static final ErrorAnswer CONNECTION_FAILED = of(502, "destination_ip_unroutable", Ending.By.ENDPOINT);
    static final ErrorAnswer CONNECTION_TERMINATED = of(502, "connection_terminated", Ending.By.ENDPOINT);
    static final ErrorAnswer LOOP = of(502, "proxy_loop_detected");
    static final ErrorAnswer MALFORMED_ANSWER = of(502, "http_protocol_error", Ending.By.ENDPOINT);
    static final ErrorAnswer ANSWER_FIELDS_TOO_LARGE = of(502, "http_response_header_section_size", Ending.By.ENDPOINT);
    static final ErrorAnswer TLS_PROTOCOL = of(502, "tls_protocol_error", Ending.By.ENDPOINT);
    static final ErrorAnswer TLS_CERTIFICATE = of(502, "tls_certificate_error", Ending.By.ENDPOINT);
    static final ErrorAnswer OVERLOADED = of(503, "connection_limit_reached");
    static final ErrorAnswer UNAVAILABLE = of(503, "destination_unavailable");
    static final ErrorAnswer BALANCER_FAILED = of(503, "proxy_internal_error");
    static final ErrorAnswer CONNECTION_TIMEOUT = of(504, "connection_timeout", Ending.By.ENDPOINT_TIMEOUT);
    static final ErrorAnswer DEADLINE = of(504, "deadline", Ending.By.PROXY_TIMEOUT);
    static final ErrorAnswer ANSWER_TIMEOUT = of(504, "http_response_timeout", Ending.By.ENDPOINT_TIMEOUT);

    private static final int CLOSE = 1;
    private static final int REASON = 2;
    private static final int HEAD = 4;

    private final int status;
    private final String reason;
    private final Ending.By by;
    private final String more;
    private final byte[][] variants;

    private ErrorAnswer(int status, String reason, String more) {
        this.status = status;
        this.reason = reason;
        this.by = Ending.By.PROXY;
        this.more = more;
        this.variants = new byte[0][];
    }

    private ErrorAnswer(int status, String reason, Ending.By by, long retryAfterSeconds) {
        this.status = status;
        this.reason = reason;
        this.by = by;
        this.more = retryAfterSeconds > 0 ? "\r\nRetry-After: " + retryAfterSeconds : "";
        this.variants = new byte[8][];
        for (int variant = 0; variant < variants.length; variant++) {
            variants[variant] = text(variant).getBytes(US_ASCII);
        }
    }

    /**
     * An answer of any status.
     *
     * @param status {@code 400..599}
     * @param reason a token; what is not one is left out
     */
    static ErrorAnswer of(int status, String reason) {
        return of(status, reason, Ending.By.PROXY);
    }

    private static ErrorAnswer of(int status, String reason, Ending.By by) {
        boolean token = !reason.isEmpty() && reason.chars().allMatch(c -> c < 0x80 && FieldName.isToken((char) c));
        return new ErrorAnswer(status, token ? reason : "", by, 0);
    }

    /** What is wrong with the head of a request. */
    static ErrorAnswer of(HeadFault fault) {
        return switch (fault) {
            case MALFORMED -> MALFORMED;
            case LINE_TOO_LONG -> TARGET_TOO_LONG;
            case FIELDS_TOO_LARGE -> FIELDS_TOO_LARGE;
            case VERSION_UNKNOWN -> VERSION_UNKNOWN;
        };
    }

    /** What the middleware of a route answers, to one request. */
    static ErrorAnswer of(Verdict.Answered answered) {
        var more = new StringBuilder();
        answered.headers()
                .forEach((name, value) ->
                        more.append("\r\n").append(name).append(": ").append(value));
        return new ErrorAnswer(answered.status(), answered.reason(), more.toString());
    }

    /** The same, and when to come again; as it is where that is not known. */
    ErrorAnswer retryAfter(Duration time) {
        long seconds = time.plusNanos(999_999_999).toSeconds();
        return seconds <= 0 ? this : new ErrorAnswer(status, reason, by, seconds);
    }

    /** An answer to what was refused, as the listener wants it. */
    static ErrorAnswer of(Reason reason, ErrorAnswers wanted) {
        return switch (reason) {
            case NO_ROUTE -> wanted.noRouteStatus() == 503 ? NO_ROUTE_UNAVAILABLE : NO_ROUTE;
            case NO_ENDPOINTS -> wanted.noEndpointsStatus() == 404 ? ABSENT : UNAVAILABLE;
            case REJECTED -> REJECTED;
            case BALANCER_FAILED -> BALANCER_FAILED;
            case OVERLOADED -> OVERLOADED;
            default -> UNAVAILABLE;
        };
    }

    private String text(int variant) {
        String phrase = status == 413
                ? "Content Too Large"
                : HttpResponseStatus.valueOf(status).reasonPhrase();
        var text = new StringBuilder("HTTP/1.1 ").append(status).append(' ').append(phrase);
        text.append("\r\nContent-Type: text/plain\r\nContent-Length: ").append(phrase.length() + 1);
        if (status == 405) {
            text.append("\r\nAllow: "); // of CONNECT's target, which is no resource here: nothing
        }
        text.append(more);
        if ((variant & REASON) != 0 && !reason.isEmpty()) {
            text.append("\r\nProxy-Status: penstock; error=").append(reason);
        }
        if ((variant & CLOSE) != 0) {
            text.append("\r\nConnection: close");
        }
        text.append("\r\n\r\n");
        return (variant & HEAD) != 0
                ? text.toString()
                : text.append(phrase).append('\n').toString();
    }

    int status() {
        return status;
    }

    /** What the client did wrong, but for its slowness; null where it is not to blame, or where that is told elsewhere. */
    @Nullable
    ClientRefusal clientFault() {
        return switch (status) {
            case 400, 405, 505 ->
                reason.equals("http_request_error") || this == NO_CONNECT ? ClientRefusal.MALFORMED : null;
            case 413, 414, 431 -> ClientRefusal.TOO_LARGE;
            default -> null;
        };
    }

    /** The token, also where it is not sent. */
    String reason() {
        return reason;
    }

    /** Who brought it about. */
    Ending.By by() {
        return by;
    }

    /** The whole answer. */
    ByteBuf bytes(boolean toHead, boolean withReason, boolean close) {
        int variant = (toHead ? HEAD : 0) | (withReason ? REASON : 0) | (close ? CLOSE : 0);
        return Unpooled.wrappedBuffer(variants.length == 0 ? text(variant).getBytes(US_ASCII) : variants[variant]);
    }
}
