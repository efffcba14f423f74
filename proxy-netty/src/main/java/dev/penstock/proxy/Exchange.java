package dev.penstock.proxy;

import static java.util.Objects.requireNonNull;

import dev.penstock.Table;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.load.Outcome;
import dev.penstock.route.Routing;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the head that came in to the last byte that goes out. Read it top to bottom: route, then
 * {@link Failover} (acquire, connect, send, again where that fails) by way of {@link Attempt}, then {@link Answer}. Confined
 * to the event loop of its client.
 */
final class Exchange implements Conversation {
    /** A body up to this length is read and dropped after an error answer, so that the connection can be used again. */
    private static final int MAX_DROPPED_BYTES = 64 << 10;

    /** More interim answers than this are no way to answer: each one lets the endpoint take its time again. */
    private static final int MAX_INTERIM_ANSWERS = 100;

    private final DownstreamHandler client;
    private final ListenerSpec listener;
    private final RequestHead head;
    private final RequestBody body;
    private final Upstreams upstreams;
    private final ExchangeLog log;
    private @Nullable ServiceChain services;
    private @Nullable String host;
    private @Nullable Failover failover;
    private @Nullable Answer answer;
    private int status;
    private int interims;
    private boolean answerOver;
    private boolean close;

    Exchange(DownstreamHandler client, ListenerSpec listener, RequestHead head, Upstreams upstreams) {
        this.client = client;
        this.listener = listener;
        this.head = head;
        this.body = new RequestBody(head, client.loopState());
        this.upstreams = upstreams;
        this.log = client.log(listener, head);
        this.close = !head.wantsKeepAlive();
    }

    // ---- the way to an endpoint

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
            services = new ServiceChain(table, service);
            host = head.message().headers().get(HttpHeaderNames.HOST);
            begin();
        } else if (routing instanceof Routing.Reject reject) {
            refuse(ErrorAnswer.of(reject.status(), reject.reason()), false);
        } else {
            refuse(ErrorAnswer.of(Reason.NO_ROUTE, listener.answers()), false);
        }
    }

    private void begin() {
        failover = new Failover(this, services(), head, body, upstreams, client.loopState(), log);
        failover.begin();
    }

    /** The service gives no endpoint. */
    void refused(Refusal refusal) {
        if (!fallBack()) {
            ErrorAnswer answer = ErrorAnswer.of(refusal.reason(), listener.answers());
            boolean known = refusal.reason() == Reason.CIRCUIT_OPEN;
            refuse(known ? answer.retryAfter(services().service().limits().circuitOpen()) : answer, false);
        }
    }

    /** No endpoint answers. */
    void unreachable(ErrorAnswer answer) {
        if (!fallBack()) {
            refuse(answer, false);
        }
    }

    /** Sends the request to the fallback of the service, if there is one and it can be sent once more. */
    boolean fallBack() {
        Failover before = failover;
        if (before == null
                || answerOver
                || answer != null
                || !before.mayFallBack()
                || !services().next()) {
            return false;
        }
        before.handOver();
        head.attempts().clear();
        if (host != null) {
            head.message().headers().set(HttpHeaderNames.HOST, host); // the other service may want it as it came
        }
        client.holdBody(true);
        client.loopState().loop().execute(() -> before.guard(this::fallenBack)); // first what has failed is ended
        return true;
    }

    private void fallenBack() {
        if (!answerOver) {
            begin();
            clientPaused(); // what was just sent has no read of the client to flush it
        }
    }

    /** An endpoint takes the rest of the body. */
    void awaitBody() {
        client.holdBody(false);
    }

    /** No endpoint takes the rest of the body for now. */
    void holdBody() {
        client.holdBody(true);
        client.watch();
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
        log.received(bytes);
        long limit = listener.limits().bodyBytes();
        if (answerOver || failover == null) {
            drop(content);
        } else if (limit > 0 && body.receivedBytes() + bytes > limit) {
            content.release();
            refuse(ErrorAnswer.BODY_TOO_LARGE, true);
        } else {
            failover.forward(content);
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
        if (failover != null) {
            failover.flush();
        }
    }

    @Override
    public void clientWritable(boolean writable) {
        if (answer != null) {
            answer.hold(!writable);
        }
        watch();
    }

    @Override
    public boolean awaitsBody() {
        return !body.isOver() && (answerOver || !(client.holdsBody() || awaitsGoAhead()));
    }

    @Override
    public void clientSilent() {
        refuse(ErrorAnswer.CLIENT_TOO_SLOW, true);
    }

    @Override
    public void clientGone() {
        end("client_gone");
        endAttempts(Outcome.CANCELLED);
    }

    // ---- from an endpoint

    /** An interim answer. */
    void interim(Attempt attempt, HttpResponse response) {
        if (++interims > MAX_INTERIM_ANSWERS) {
            attempt.upstreamMalformed();
            return;
        }
        if (!head.isHttp10()) {
            UpstreamAnswer.prepareInterim(response);
            client.write(response, true);
            client.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** The head of the answer that goes to the client. */
    void answered(Attempt attempt, HttpResponse response, UpstreamAnswer framing) {
        var begun = new Answer(this, client, log, attempt, response, framing);
        answer = begun;
        attempt.choose(begun);
        status = begun.status();
        if (status == 101) {
            begun.beginTunnel(
                    requireNonNull(failover, "failover").spec().timeouts().tunnel());
            return;
        }
        close = close || begun.isCloseDelimited() || !body.isOver() || client.isDraining();
        close = close || (head.isUpgrade() && client.hasSentAhead()); // of a protocol that was refused: no request
        begun.begin(close);
    }

    /** The endpoint's bytes of one read are all there. */
    void upstreamPaused() {
        client.flush();
        watch();
    }

    /** An endpoint takes bytes again, or no longer. */
    void upstreamWritable(Attempt attempt) {
        if (!body.isOver()) {
            client.holdBody(!attempt.isWritable());
            watch();
        }
    }

    /** Tells whether the connection to the endpoint can be used again once the answer is over. */
    boolean leavesConnection() {
        return body.isOver() && !head.isUpgrade();
    }

    /** The answer is out. */
    void answered() {
        end("");
        client.flush();
        client.ended(close || !body.isOver());
    }

    /** What came after HTTP is over. */
    void tunnelled() {
        end("");
    }

    @Override
    public void failed(Throwable cause) {
        client.faults().note("exchange on listener " + listener.name(), cause);
        giveUp(ErrorAnswer.INTERNAL, Outcome.CANCELLED);
    }

    // ---- the end

    /** Ends all attempts, and answers with an error where no answer has begun. */
    void giveUp(ErrorAnswer answer, Outcome outcome) {
        endAttempts(outcome);
        refuse(answer, false);
    }

    /** Answers with an error, or breaks off the answer that has begun. */
    private void refuse(ErrorAnswer error, boolean closing) {
        endAttempts(Outcome.CANCELLED);
        if (answerOver) {
            client.abort(false); // the answer is out, the rest of the request is not worth reading
            return;
        }
        if (answer != null) {
            end(error.reason());
            client.abort(answer.isCloseDelimited());
            return;
        }
        status = error.status();
        close = close || closing || head.isHttp10() || !(body.isOver() || isDroppable()) || client.isDraining();
        end(error.reason());
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

    private void endAttempts(Outcome outcome) {
        if (failover != null) {
            failover.end(outcome);
        }
    }

    private void end(String reason) {
        if (!answerOver) {
            answerOver = true;
            log.end(status, reason);
        }
    }

    // ---- who is waited for

    /** Sets the timers of whoever is waited for now. */
    void watch() {
        if (failover != null && failover.isSent()) {
            failover.watch();
            client.watch();
        }
    }

    /** An endpoint is waited for once it has the request, or does not take it. */
    boolean isTurnOf(Attempt attempt) {
        return attempt.isConnected()
                && (body.isOver() || !attempt.isWritable() || awaitsGoAhead())
                && client.isWritable();
    }

    /** Tells whether the client sends its body only once the endpoint has said so. */
    private boolean awaitsGoAhead() {
        return body.receivedBytes() == 0 && interims == 0 && answer == null && head.expectsContinue();
    }

    private ServiceChain services() {
        return requireNonNull(services, "services");
    }
}
