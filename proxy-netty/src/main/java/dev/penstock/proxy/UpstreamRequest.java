package dev.penstock.proxy;

import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;

/** Turns the head that a client sent into the one that an endpoint is sent. */
final class UpstreamRequest {
    private UpstreamRequest() {}

    /** Takes out what belongs to the client's connection, then adds what is ours: never the other way round. */
    static void prepare(RequestHead head, Peer peer, ForwardingHeaders forwarding) {
        Fields headers = head.message().fields();
        String upgrade = head.isUpgrade() ? String.join(", ", headers.all(FieldName.UPGRADE)) : "";
        HopByHop.strip(headers);
        HopByHop.stripAliases(headers);
        TraceContext.check(headers);
        Via via = forwarding.via();
        if (via != null) {
            via.add(headers, head.isHttp10());
        }
        forwarding.apply(headers, peer, head.client(), head.authority());
        if (head.isChunked()) {
            headers.set(FieldName.TRANSFER_ENCODING, "chunked");
        }
        if (head.isUpgrade()) {
            headers.set(FieldName.CONNECTION, "upgrade");
            headers.set(FieldName.UPGRADE, upgrade);
        }
        if (head.isHttp10()) {
            headers.remove(FieldName.EXPECT); // RFC 9110, 10.1.1: means nothing in HTTP/1.0
        }
    }
}
