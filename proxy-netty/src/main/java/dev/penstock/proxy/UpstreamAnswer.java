package dev.penstock.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of an endpoint's answer: how it is framed, and how it is to be framed for the client. Immutable, but for the
 * message.
 */
final class UpstreamAnswer {
    private final HttpResponse message;
    private final boolean toHttp10;
    private final boolean wasChunked;
    private final boolean lengthKnown;
    private final boolean bodiless;
    private final boolean selfDelimited;
    private final boolean upstreamReusable;

    private UpstreamAnswer(HttpResponse message, RequestHead request, boolean lostChunked) {
        HttpHeaders headers = message.headers();
        int code = message.status().code();
        this.message = message;
        this.toHttp10 = request.isHttp10();
        this.bodiless = request.isHead() || code == 204 || code == 304;
        this.wasChunked = lostChunked || headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
        this.lengthKnown = headers.contains(HttpHeaderNames.CONTENT_LENGTH);
        this.selfDelimited = wasChunked || lengthKnown || bodiless;
        this.upstreamReusable = selfDelimited && HttpUtil.isKeepAlive(message);
    }

    /** Tells whether a message has a version and a status that this proxy understands. */
    static boolean isHttp1(HttpResponse message) {
        HttpVersion version = message.protocolVersion();
        int code = message.status().code();
        return (version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0))
                && code >= 100
                && code <= 999;
    }

    /** An answer from its message; null where it is not one that may be passed on. */
    static @Nullable UpstreamAnswer of(HttpResponse message, RequestHead request, boolean lostChunked) {
        List<String> codings = message.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean codingFits = codings.isEmpty()
                || (codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0)));
        return codingFits ? new UpstreamAnswer(message, request, lostChunked) : null;
    }

    boolean bodiless() {
        return bodiless;
    }

    /** Tells whether its end can be told from its own bytes, as the endpoint sent them. */
    boolean selfDelimited() {
        return selfDelimited;
    }

    /** Tells whether its end can be told from the connection's end only, on the client's side. */
    boolean closeDelimited() {
        return !bodiless && !lengthKnown && toHttp10;
    }

    boolean upstreamReusable() {
        return upstreamReusable;
    }

    /** Makes it ready to be sent. */
    void prepare(boolean close) {
        HttpHeaders headers = message.headers();
        HopByHop.strip(headers);
        message.setProtocolVersion(HttpVersion.HTTP_1_1);
        if (status() == 204) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH); // RFC 9110, 8.6; nor 9112, 6.1, what follows
        }
        boolean chunked = bodiless ? wasChunked && status() != 204 : !lengthKnown;
        if (chunked && !lengthKnown && !toHttp10) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (close) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (toHttp10) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private int status() {
        return message.status().code();
    }

    /** Makes an interim answer ready to be sent. */
    static void prepareInterim(HttpResponse message) {
        HopByHop.strip(message.headers());
        message.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        message.setProtocolVersion(HttpVersion.HTTP_1_1);
    }

    /** Makes the answer that ends HTTP on a connection ready to be sent. */
    static void prepareSwitch(HttpResponse message) {
        HttpHeaders headers = message.headers();
        String upgrade = String.join(", ", headers.getAll(HttpHeaderNames.UPGRADE));
        prepareInterim(message);
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        headers.set(HttpHeaderNames.UPGRADE, upgrade);
    }
}
