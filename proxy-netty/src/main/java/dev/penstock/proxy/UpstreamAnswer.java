package dev.penstock.proxy;

import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.proxy.http1.ResponseMessage;

/**
 * The head of an endpoint's answer: how it is framed, and how it is to be framed for the client. Immutable, but for the
 * message.
 */
final class UpstreamAnswer {
    private final ResponseMessage message;
    private final boolean toHttp10;
    private final boolean wasChunked;
    private final boolean lengthKnown;
    private final boolean bodiless;
    private final boolean selfDelimited;
    private final boolean upstreamReusable;

    UpstreamAnswer(ResponseMessage message, RequestHead request) {
        Fields headers = message.fields();
        int code = message.status();
        this.message = message;
        this.toHttp10 = request.isHttp10();
        this.bodiless = request.isHead() || code == 204 || code == 304;
        this.wasChunked = headers.contains(FieldName.TRANSFER_ENCODING);
        this.lengthKnown = headers.contains(FieldName.CONTENT_LENGTH);
        this.selfDelimited = wasChunked || lengthKnown || bodiless;
        this.upstreamReusable = selfDelimited && wantsKeepAlive(message);
    }

    /** RFC 9112, 9.3. */
    private static boolean wantsKeepAlive(ResponseMessage message) {
        Fields headers = message.fields();
        return !headers.containsToken(FieldName.CONNECTION, "close")
                && (!message.isHttp10() || headers.containsToken(FieldName.CONNECTION, "keep-alive"));
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
        Fields headers = message.fields();
        HopByHop.strip(headers);
        boolean empty = message.status() == 204;
        if (empty) {
            headers.remove(FieldName.CONTENT_LENGTH); // RFC 9110, 8.6; nor 9112, 6.1, what follows
        }
        boolean chunked = bodiless ? wasChunked && !empty : !lengthKnown;
        if (chunked && !lengthKnown && !toHttp10) {
            headers.set(FieldName.TRANSFER_ENCODING, "chunked");
        }
        if (close) {
            headers.set(FieldName.CONNECTION, "close");
        } else if (toHttp10) {
            headers.set(FieldName.CONNECTION, "keep-alive");
        }
    }

    /** Makes an interim answer ready to be sent. */
    static void prepareInterim(ResponseMessage message) {
        HopByHop.strip(message.fields());
        message.fields().remove(FieldName.CONTENT_LENGTH);
    }

    /** Makes the answer that ends HTTP on a connection ready to be sent. */
    static void prepareSwitch(ResponseMessage message) {
        Fields headers = message.fields();
        String upgrade = String.join(", ", headers.all(FieldName.UPGRADE));
        prepareInterim(message);
        headers.set(FieldName.CONNECTION, "upgrade");
        headers.set(FieldName.UPGRADE, upgrade);
    }
}
