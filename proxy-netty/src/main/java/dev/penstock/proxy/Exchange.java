package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.Table;
import dev.penstock.catalog.HostHeader;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.route.Routing;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the head that came in to the last byte that goes out. Read it top to bottom: route,
 * acquire, connect or take an idle connection, send, answer, complete. Confined to the event loop of its client.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on a channel ends it, and its end is told
final class Exchange implements Conversation {
    /** A body up to this length is read and dropped after an error answer, so that the connection can be used again. */
    private static final int MAX_DROPPED_BYTES = 64 << 10;

    /** More interim answers than this are no way to answer: each one lets the endpoint take its time again. */
    private static final int MAX_INTERIM_ANSWERS = 100;

    private final DownstreamHandler client;
    private final ListenerSpec listener;
    private final RequestHead head;
    private final Upstreams upstreams;
    private final ExchangeLog log;
    private @Nullable Failover failover;
    private @Nullable UpstreamConnection upstream;
    private @Nullable HttpResponse switching;
    private long receivedBytes;
    private int status;
    private int interims;
    private boolean requestOver;
    private boolean answerBegun;
    private boolean answerOver;
    private boolean repeated;
    private boolean upstreamReusable;
    private boolean endsWithUpstream;
    private boolean closeDelimited;
    private boolean close;

    Exchange(DownstreamHandler client, ListenerSpec listener, RequestHead head, Upstreams upstreams) {
        this.client = client;
        this.listener = listener;
        this.head = head;
        this.upstreams = upstreams;
        this.log = client.log(listener, head);
        this.requestOver = !head.hasBody();
        this.close = !head.wantsKeepAlive();
    }

    // ---- the way to the endpoint

    /** Routes the request and sends it on, or answers it. */
    void start(Table table) {
        long limit = listener.limits().bodyBytes();
        if (limit > 0 && head.contentLength() > limit) {
            refuse(ErrorAnswer.BODY_TOO_LARGE, true);
            return;
        }
        Routing routing = table.route(head);
        if (routing instanceof Routing.To to) {
            Service service = table.service(to);
            if (service == null) {
                refuse(ErrorAnswer.UNAVAILABLE, false);
                return;
            }
            UpstreamRequest.prepare(head, client.peer(), client.forwarding());
            failover = new Failover(this, service, head, upstreams, client.loopState(), log);
            failover.attempt();
        } else if (routing instanceof Routing.Reject reject) {
            refuse(ErrorAnswer.of(reject.status(), reject.reason()), false);
        } else {
            refuse(ErrorAnswer.of(Reason.NO_ROUTE, listener.answers()), false);
        }
    }

    /** The service gives no endpoint. */
    void refused(Refusal refusal) {
        refuse(ErrorAnswer.of(refusal.reason(), listener.answers()), false);
    }

    /** No endpoint can be reached. */
    void unreachable(ErrorAnswer answer) {
        refuse(answer, false);
    }

    /** An endpoint is connected, and takes this request next. */
    void reached(UpstreamConnection connection) {
        upstream = connection;
        if (spec().hostHeader() == HostHeader.ENDPOINT || !head.hasHost()) {
            head.message()
                    .headers()
                    .set(HttpHeaderNames.HOST, lease().endpoint().address());
        }
        connection.begin(this, head.message(), head.isHead());
        if (requestOver) {
            connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            client.holdBody(false);
        }
        watch();
    }

    // ---- from the client

    @Override
    public void clientContent(HttpContent content) {
        if (requestOver) {
            content.release(); // the decoder ends a request without a body as well
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            requestOver = true; // nothing after it can be understood
            refuse(ErrorAnswer.MALFORMED, true);
            return;
        }
        int bytes = content.content().readableBytes();
        receivedBytes += bytes;
        log.received(bytes);
        boolean last = content instanceof LastHttpContent;
        UpstreamConnection upstream = this.upstream;
        long limit = listener.limits().bodyBytes();
        if (upstream == null) {
            content.release();
            drop(last);
        } else if (limit > 0 && receivedBytes > limit) {
            content.release();
            refuse(ErrorAnswer.BODY_TOO_LARGE, true);
        } else {
            forward(upstream, content, last);
        }
    }

    private void forward(UpstreamConnection upstream, HttpContent content, boolean last) {
        if (content instanceof LastHttpContent end && !end.trailingHeaders().isEmpty()) {
            HopByHop.stripTrailers(end.trailingHeaders());
        }
        requestOver = last;
        upstream.write(content);
        if (last || !upstream.isWritable()) {
            client.holdBody(true);
        }
        watch();
    }

    private void drop(boolean last) {
        if (last) {
            requestOver = true;
            client.ended(close);
        }
    }

    @Override
    public void clientPaused() {
        if (upstream != null) {
            upstream.flush();
        }
    }

    @Override
    public void clientWritable(boolean writable) {
        if (upstream != null) {
            upstream.hold(!writable);
            watch();
        }
    }

    @Override
    public boolean awaitsBody() {
        return !requestOver && (answerOver || !(client.holdsBody() || awaitsGoAhead()));
    }

    @Override
    public void clientSilent() {
        refuse(ErrorAnswer.CLIENT_TOO_SLOW, true);
    }

    @Override
    public void clientGone() {
        end("client_gone");
        dropUpstream(Outcome.CANCELLED);
    }

    // ---- from the endpoint

    /** The head of an answer, also of an interim one. */
    void upstreamHead(HttpResponse response) {
        int code = response.status().code();
        if (!UpstreamAnswer.isHttp1(response)) {
            upstreamMalformed();
        } else if (code == 101) {
            switchProtocols(response);
        } else if (code < 200) {
            interim(response);
        } else {
            finalHead(response);
        }
    }

    private void interim(HttpResponse response) {
        if (++interims > MAX_INTERIM_ANSWERS) {
            upstreamMalformed();
            return;
        }
        if (!head.isHttp10()) {
            UpstreamAnswer.prepareInterim(response);
            client.write(response, true);
            client.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private void finalHead(HttpResponse response) {
        UpstreamConnection upstream = requireNonNull(this.upstream, "upstream");
        UpstreamAnswer answer = UpstreamAnswer.of(response, head, upstream.lostChunked());
        if (answer == null) {
            upstreamMalformed();
            return;
        }
        lease().firstByte();
        answerBegun = true;
        status = response.status().code();
        endsWithUpstream = !answer.selfDelimited();
        closeDelimited = answer.closeDelimited();
        close = close || closeDelimited || !requestOver || client.isDraining();
        close = close || (head.isUpgrade() && client.hasSentAhead()); // of a protocol that was refused: no request
        upstreamReusable = answer.upstreamReusable() && !head.isUpgrade();
        answer.prepare(close);
        client.write(response, answer.bodiless());
    }

    /** A piece of the answer's body. */
    void upstreamContent(HttpContent content) {
        if (switching != null) {
            content.release();
            tunnel();
            return;
        }
        boolean last = content instanceof LastHttpContent;
        if (last && endsWithUpstream && requireNonNull(upstream, "upstream").isBroken()) {
            content.release();
            upstreamLost(); // it did not come to its end
            return;
        }
        log.sent(content.content().readableBytes());
        if (content instanceof LastHttpContent end && !end.trailingHeaders().isEmpty()) {
            HopByHop.stripTrailers(end.trailingHeaders());
        }
        client.write(content);
        if (last) {
            answered();
        } else if (!client.isWritable()) {
            requireNonNull(upstream, "upstream").hold(true);
        }
    }

    private void answered() {
        UpstreamConnection upstream = requireNonNull(this.upstream, "upstream");
        this.upstream = null;
        upstream.release(upstreamReusable && requestOver);
        complete(status >= 500 ? Outcome.ERROR_ANSWER : Outcome.SUCCESS);
        end("");
        client.flush();
        client.ended(close || !requestOver);
    }

    /** The endpoint's bytes of one read are all there. */
    void upstreamPaused() {
        client.flush();
        watch();
    }

    /** The endpoint takes bytes again, or no longer. */
    void upstreamWritable() {
        if (upstream != null && !requestOver) {
            client.holdBody(!upstream.isWritable());
            watch();
        }
    }

    /** The connection is gone, the answer not whole. */
    void upstreamLost() {
        UpstreamConnection lost = requireNonNull(upstream, "upstream");
        boolean untouched = !answerBegun && interims == 0;
        if (untouched && lost.isReused() && head.isRepeatable() && !repeated) {
            // The endpoint closed an idle connection while the request was on its way.
            repeated = true;
            lost.close();
            upstream = null;
            failover().connect();
        } else {
            giveUp(ErrorAnswer.CONNECTION_TERMINATED, Outcome.BROKEN);
        }
    }

    /** What came is no answer. */
    void upstreamMalformed() {
        giveUp(ErrorAnswer.MALFORMED_ANSWER, Outcome.BROKEN);
    }

    /** The endpoint has said nothing for too long. */
    void upstreamSilent() {
        giveUp(ErrorAnswer.ANSWER_TIMEOUT, Outcome.TIMED_OUT);
    }

    @Override
    public void failed(Throwable cause) {
        client.faults().note("exchange on listener " + listener.name(), cause);
        giveUp(ErrorAnswer.INTERNAL, Outcome.CANCELLED);
    }

    // ---- protocols other than HTTP

    private void switchProtocols(HttpResponse response) {
        if (!head.isUpgrade()) {
            upstreamMalformed();
            return;
        }
        status = 101;
        answerBegun = true;
        switching = response;
    }

    private void tunnel() {
        HttpResponse response = requireNonNull(switching, "switching");
        UpstreamConnection upstream = requireNonNull(this.upstream, "upstream");
        lease().firstByte();
        UpstreamAnswer.prepareSwitch(response);
        this.upstream = null;
        Lease lease = lease();
        client.becomeTunnel(response, upstream, spec().timeouts().tunnel(), () -> {
            lease.complete(Outcome.SUCCESS);
            end("");
        });
    }

    // ---- the end

    private void giveUp(ErrorAnswer answer, Outcome outcome) {
        dropUpstream(outcome);
        refuse(answer, false);
    }

    /** Answers with an error, or breaks off the answer that has begun. */
    private void refuse(ErrorAnswer answer, boolean closing) {
        dropUpstream(Outcome.CANCELLED);
        if (answerOver) {
            client.abort(false); // the answer is out, the rest of the request is not worth reading
            return;
        }
        if (answerBegun) {
            end(answer.reason());
            client.abort(closeDelimited);
            return;
        }
        status = answer.status();
        close = close || closing || head.isHttp10() || !(requestOver || isDroppable()) || client.isDraining();
        end(answer.reason());
        client.answer(answer, head.isHead(), close);
        if (requestOver || close) {
            client.ended(close);
        } else {
            client.holdBody(false);
            client.watch();
        }
    }

    private boolean isDroppable() {
        return !head.isChunked() && !head.expectsContinue() && head.contentLength() <= MAX_DROPPED_BYTES;
    }

    private void dropUpstream(Outcome outcome) {
        UpstreamConnection dropped = upstream;
        upstream = null;
        if (dropped != null) {
            dropped.close();
        }
        complete(outcome);
    }

    private void complete(Outcome outcome) {
        if (failover != null) {
            failover.complete(outcome);
        }
    }

    private void end(String reason) {
        if (!answerOver) {
            answerOver = true;
            log.end(status, reason);
        }
    }

    // ---- who is waited for

    /** The endpoint is waited for once it has the request, or does not take it. */
    private void watch() {
        UpstreamConnection upstream = this.upstream;
        if (upstream == null) {
            return;
        }
        boolean itsTurn = requestOver || !upstream.isWritable() || awaitsGoAhead();
        if (itsTurn && client.isWritable()) {
            upstream.watch(spec().timeouts().response().toNanos());
        } else {
            upstream.unwatch();
        }
        client.watch();
    }

    /** Tells whether the client sends its body only once the endpoint has said so. */
    private boolean awaitsGoAhead() {
        return receivedBytes == 0 && interims == 0 && !answerBegun && head.expectsContinue();
    }

    private ServiceSpec spec() {
        return failover().service().spec();
    }

    private Lease lease() {
        return failover().lease();
    }

    private Failover failover() {
        return requireNonNull(failover, "failover");
    }
}
