package dev.penstock.proxy;

import dev.penstock.load.Outcome;
import dev.penstock.middleware.Compression;
import dev.penstock.proxy.http1.ResponseMessage;
import dev.penstock.proxy.http1.TrailedContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request on its way from the endpoint that gave it to the client. Confined to the event loop of its
 * client.
 */
final class Answer implements Receiver {
    private final Exchange exchange;
    private final DownstreamRequest request;
    private final DownstreamConnection client;
    private final Attempt attempt;
    private final ResponseMessage response;
    private final UpstreamAnswer framing;
    private @Nullable Duration switching;
    private @Nullable GzipAnswer gzip;
    private long sentBytes;

    Answer(
            Exchange exchange,
            DownstreamRequest request,
            Attempt attempt,
            ResponseMessage response,
            UpstreamAnswer framing) {
        this.exchange = exchange;
        this.request = request;
        this.client = request.client();
        this.attempt = attempt;
        this.response = response;
        this.framing = framing;
    }

    int status() {
        return response.status();
    }

    /** What an answer of a status says of its endpoint, whether it is passed on or not: what a client does wrong, nothing. */
    static Outcome outcome(int status) {
        return status >= 500 ? Outcome.ERROR_ANSWER : Outcome.SUCCESS;
    }

    /** Tells whether its end can be told from the connection's end only, on the client's side. */
    boolean isCloseDelimited() {
        return framing.closeDelimited();
    }

    /** Passes the head on. */
    void begin(boolean close) {
        framing.prepare(close);
        Via via = client.forwarding().via();
        if (via != null) {
            via.add(response.fields(), response.isHttp10());
        }
        AffinityCookies.set(response.fields(), attempt.lease().affinity());
        Checkpoint checkpoint = exchange.checkpoint();
        if (checkpoint != null) {
            Compression compression = checkpoint.gate().compression();
            gzip = compression == null
                    ? null
                    : GzipAnswer.begin(
                            compression,
                            request.head(),
                            response,
                            framing.bodiless(),
                            client.loopState().buffers());
            checkpoint.edit(response.fields(), true);
        }
        client.write(response, framing.bodiless());
    }

    /** The head ends HTTP on both connections; it is passed on once it is whole. */
    void beginTunnel() {
        switching = attempt.spec().timeouts().tunnel();
    }

    /** How many bytes of its body have been passed on. */
    long sentBytes() {
        return sentBytes;
    }

    /** It is over, whether whole or not. */
    void close() {
        if (gzip != null) {
            gzip.close();
        }
    }

    /** Lets it come on, or holds it back. */
    void hold(boolean hold) {
        attempt.hold(hold);
    }

    // ---- from the endpoint

    @Override
    public void upstreamHead(ResponseMessage response) {
        upstreamBroken(UpstreamFault.MALFORMED); // there is one already
    }

    @Override
    public void upstreamContent(HttpContent content) {
        if (switching != null) {
            content.release();
            tunnel(switching);
            return;
        }
        boolean last = content instanceof LastHttpContent;
        if (last && !framing.selfDelimited() && attempt.isBroken()) {
            content.release();
            upstreamBroken(UpstreamFault.LOST); // it did not come to its end
            return;
        }
        if (content instanceof TrailedContent end) {
            HopByHop.stripTrailers(end.trailers());
            LoadHeaders.take(end.trailers(), attempt.lease(), attempt.spec().loadReports());
        }
        HttpContent piece = gzip == null ? content : gzip.next(content, client.allocator());
        int bytes = piece.content().readableBytes();
        sentBytes += bytes;
        request.log().sent(bytes);
        client.write(piece);
        if (last) {
            attempt.release(framing.upstreamReusable() && exchange.leavesConnection(), outcome(status()));
            exchange.answered();
        } else if (!client.isWritable()) {
            client.flush(); // the client may take it at once
            attempt.hold(!client.isWritable());
        }
    }

    private void tunnel(Duration idle) {
        UpstreamAnswer.prepareSwitch(response);
        client.becomeTunnel(response, attempt.giveConnection(), idle, tunnel -> {
            attempt.end(Outcome.SUCCESS);
            exchange.tunnelled(tunnel);
        });
    }

    @Override
    public void upstreamPaused() {
        attempt.upstreamPaused();
    }

    @Override
    public void upstreamWritable() {
        attempt.upstreamWritable();
    }

    @Override
    public void upstreamBroken(UpstreamFault fault) {
        exchange.giveUp(fault.answer(), fault.outcome());
    }

    @Override
    public void failed(Throwable cause) {
        exchange.failed(cause);
    }
}
