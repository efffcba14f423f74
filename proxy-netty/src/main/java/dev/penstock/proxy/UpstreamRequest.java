package dev.penstock.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpVersion;

/** Turns the head that a client sent into the one that an endpoint is sent. */
final class UpstreamRequest {
    private UpstreamRequest() {}

    /** Takes out what belongs to the client's connection, then adds what is ours: never the other way round. */
    static void prepare(RequestHead head, Peer peer, ForwardingHeaders forwarding) {
        HttpHeaders headers = head.message().headers();
        String upgrade = head.isUpgrade() ? String.join(", ", headers.getAll(HttpHeaderNames.UPGRADE)) : "";
        HopByHop.strip(headers);
        HopByHop.stripAliases(headers);
        TraceContext.check(headers);
        Via via = forwarding.via();
        if (via != null) {
            via.add(headers, head.message().protocolVersion());
        }
        forwarding.apply(headers, peer.text(), head.client(), head.authority(), peer.trusted());
        if (head.isChunked()) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (head.isUpgrade()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
            headers.set(HttpHeaderNames.UPGRADE, upgrade);
        }
        if (head.isHttp10()) {
            headers.remove(HttpHeaderNames.EXPECT); // RFC 9110, 10.1.1: means nothing in HTTP/1.0
            head.message().setProtocolVersion(HttpVersion.HTTP_1_1);
        }
    }
}
