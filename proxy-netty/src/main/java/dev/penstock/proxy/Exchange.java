package dev.penstock.proxy;

import dev.penstock.Table;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.load.Outcome;
import dev.penstock.middleware.RequestPath;
import dev.penstock.middleware.RouteGate;
import dev.penstock.proxy.http1.ResponseMessage;
import dev.penstock.route.Routing;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the head that came in to the last byte that goes out. Read it top to bottom: route, then
 * {@link Delivery} (the service, then its fallbacks) by way of {@link Failover} (acquire an endpoint, again where it fails)
 * and {@link Attempt} (connect, send), then {@link Answer}. Confined to the event loop of its client.
 */
final class Exchange implements Conversation {
    /** A body up to this length is read and dropped after an error answer, so that the connection can be used again. */
    private static final int MAX_DROPPED_BYTES = 64 << 10;

    private final DownstreamRequest request;
    private final DownstreamConnection client;
    private final ListenerSpec listener;
    private final RequestHead head;
    private final RequestBody body;
    private final Upstreams upstreams;
    private long maxBodyBytes;
    private @Nullable Checkpoint checkpoint;
    private @Nullable Delivery delivery;
    private @Nullable Answer answer;
    private int status;
    private int interims;
    private boolean answerOver;
    private boolean close;

    Exchange(DownstreamConnection client, ListenerSpec listener, RequestHead head, Upstreams upstreams) {
        this.client = client;
        this.listener = listener;
        this.head = head;
        this.body = new RequestBody(head, client.loopState());
        this.upstreams = upstreams;
        this.maxBodyBytes = listener.limits().bodyBytes();
        this.close = !head.wantsKeepAlive();
        var guard = new Guard(client.loopState().loop(), this::failed);
        this.request = new DownstreamRequest(client, listener, head, body, client.log(head), guard);
    }

    // ---- the way to an endpoint

    /** Routes the request and sends it on, or answers it. */
    void start(Table table) {
        if (isTooLong(head.contentLength())) {
            refuse(ErrorAnswer.BODY_TOO_LARGE, true);
            return;
        }
        Via via = client.forwarding().via();
        if (via != null && via.loops(head.message().fields())) {
            refuse(ErrorAnswer.LOOP, false);
            return;
        }
        if (table.isStrict() && RequestPath.hasDots(head.path())) {
            refuse(ErrorAnswer.MALFORMED, false);
            return;
        }
        Routing routing = table.route(head);
        if (routing instanceof Routing.To to) {
            request.log().meant(to.route().service());
            UpstreamRequest.prepare(head, client.peer(), client.forwarding());
            RouteGate gate = table.gate(to);
            if (gate == null) {
                deliver(table, to);
            } else {
                pass(table, to, gate);
            }
        } else if (routing instanceof Routing.Reject reject) {
            refuse(ErrorAnswer.of(reject.status(), reject.reason()), false);
        } else {
            refuse(ErrorAnswer.of(Reason.NO_ROUTE, listener.answers()), false);
        }
    }

    private void pass(Table table, Routing.To to, RouteGate gate) {
        maxBodyBytes = gate.bodyBytes() > 0 && (maxBodyBytes == 0 || gate.bodyBytes() < maxBodyBytes)
                ? gate.bodyBytes()
                : maxBodyBytes;
        if (isTooLong(head.contentLength())) {
            refuse(ErrorAnswer.BODY_TOO_LARGE, true);
            return;
        }
        var begun = new Checkpoint(gate, request);
        checkpoint = begun;
        begun.go(() -> deliver(table, to), this::refused);
    }

    private boolean isTooLong(long bytes) {
        return maxBodyBytes > 0 && bytes > maxBodyBytes;
    }

    private void deliver(Table table, Routing.To to) {
        Service service = table.nextService(to);
        if (service == null) {
            refuse(ErrorAnswer.UNAVAILABLE, false);
            return;
        }
        var begun = new Delivery(this, request, new ServiceChain(table, service), upstreams);
        delivery = begun;
        begun.begin();
    }

    /** What the route has besides its service; null if nothing. */
    @Nullable
    Checkpoint checkpoint() {
        return checkpoint;
    }

    /** A service gives no endpoint, and there is no other to turn to. */
    void refused(Refusal refusal, Service service) {
        ErrorAnswer error = ErrorAnswer.of(refusal.reason(), listener.answers());
        boolean known = refusal.reason() == Reason.CIRCUIT_OPEN;
        refuse(known ? error.retryAfter(service.limits().circuitOpen()) : error, false);
    }

    /** No endpoint answers. */
    void refused(ErrorAnswer error) {
        refuse(error, false);
    }

    // ---- from the client

    @Override
    public void clientContent(HttpContent content) {
        if (body.isOver()) {
            content.release(); // the decoder ends a request without a body as well
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            body.end(); // nothing after it can be understood
            refuse(ErrorAnswer.MALFORMED, true);
            return;
        }
        int bytes = content.content().readableBytes();
        request.log().received(bytes);
        if (answerOver || delivery == null) {
            drop(content);
        } else if (isTooLong(body.receivedBytes() + bytes)) {
            content.release();
            refuse(ErrorAnswer.BODY_TOO_LARGE, true);
        } else {
            delivery.forward(content);
        }
    }

    private void drop(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        content.release();
        if (last) {
            body.end();
            client.ended(close);
        }
    }

    @Override
    public void clientPaused() {
        if (delivery != null) {
            delivery.flush();
        }
    }

    @Override
    public void clientWritable(boolean writable) {
        if (answer != null) {
            answer.hold(!writable);
        }
        if (delivery != null) {
            delivery.watch();
        }
    }

    @Override
    public boolean awaitsBody() {
        return !body.isOver() && (answerOver || !(client.holdsBody() || body.awaitsGoAhead()));
    }

    @Override
    public long heldBytes() {
        return delivery == null ? 0 : body.keptBytes() + delivery.heldBytes();
    }

    @Override
    public void clientSilent() {
        refuse(ErrorAnswer.CLIENT_TOO_SLOW, true);
    }

    @Override
    public void clientGone() {
        end(client.reasonGone(), client.goneBy());
        endDelivery(Outcome.CANCELLED);
    }

    // ---- from an endpoint

    /** An interim answer; too many are no way to answer, as each one lets the endpoint take its time again. */
    void interim(Attempt attempt, ResponseMessage response) {
        if (++interims > attempt.spec().answers().interims()) {
            attempt.upstreamBroken(UpstreamFault.MALFORMED);
            return;
        }
        body.goAhead();
        if (!head.isHttp10()) {
            UpstreamAnswer.prepareInterim(response);
            client.write(response, true);
        }
    }

    /** The head of the answer that goes to the client. */
    void answered(Attempt attempt, ResponseMessage response, UpstreamAnswer framing) {
        var begun = new Answer(this, request, attempt, response, framing);
        answer = begun;
        attempt.choose(begun);
        body.goAhead();
        status = begun.status();
        request.log().answered();
        if (status == 101) {
            request.log().tunnelled();
            begun.beginTunnel();
            return;
        }
        close = close || begun.isCloseDelimited() || !body.isOver() || client.isDraining();
        close = close || (head.isUpgrade() && client.hasSentAhead()); // of a protocol that was refused: no request
        begun.begin(close);
    }

    /** Tells whether the connection to the endpoint can be used again once the answer is over. */
    boolean leavesConnection() {
        return body.isOver() && !head.isUpgrade();
    }

    /** The answer is out. */
    void answered() {
        end("", Ending.By.NOBODY);
        client.flushSoon();
        client.ended(close || !body.isOver());
    }

    /** What came after HTTP is over. */
    void tunnelled(Tunnel tunnel) {
        request.log().received(tunnel.receivedBytes());
        request.log().sent(tunnel.sentBytes());
        if (delivery != null) {
            delivery.service().answers().passed(tunnel.receivedBytes(), tunnel.sentBytes());
        }
        boolean gone = tunnel.endedBy() == Ending.By.CLIENT; // or cut off by us
        end(gone ? client.reasonGone() : tunnel.reason(), gone ? client.goneBy() : tunnel.endedBy());
    }

    @Override
    public boolean isTold() {
        return answerOver;
    }

    @Override
    public void failed(Throwable cause) {
        client.faults().note("exchange on listener " + listener.name(), cause);
        giveUp(ErrorAnswer.INTERNAL, Outcome.CANCELLED);
    }

    // ---- the end

    /** Ends all attempts, and answers with an error where no answer has begun. */
    void giveUp(ErrorAnswer answer, Outcome outcome) {
        endDelivery(outcome);
        refuse(answer, false);
    }

    /** Answers with an error, or breaks off the answer that has begun. */
    private void refuse(ErrorAnswer error, boolean closing) {
        endDelivery(Outcome.CANCELLED);
        if (answerOver) {
            client.abort(false); // the answer is out, the rest of the request is not worth reading
            return;
        }
        if (answer != null) {
            end(error.reason(), error.by());
            client.abort(answer.isCloseDelimited());
            return;
        }
        status = error.status();
        close = close || closing || head.isHttp10() || !(body.isOver() || isDroppable()) || client.isDraining();
        end(error.reason(), error.by());
        client.answer(error, head.isHead(), close);
        if (body.isOver() || close) {
            client.ended(close);
        } else {
            client.holdBody(false);
            client.watch();
        }
    }

    private boolean isDroppable() {
        return !head.isChunked() && !head.expectsContinue() && head.contentLength() <= MAX_DROPPED_BYTES;
    }

    private void endDelivery(Outcome outcome) {
        if (delivery != null) {
            delivery.end(outcome);
        }
    }

    private void end(String reason, Ending.By by) {
        if (!answerOver) {
            answerOver = true;
            if (checkpoint != null) {
                checkpoint.end();
            }
            if (answer != null) {
                answer.close();
            }
            if (delivery != null) {
                long sent = answer == null ? 0 : answer.sentBytes();
                delivery.service().answers().ended(status, body.receivedBytes(), sent);
            }
            request.log().end(status, reason, by);
        }
    }
}
