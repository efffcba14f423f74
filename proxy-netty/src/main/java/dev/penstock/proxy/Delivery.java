package dev.penstock.proxy;

import dev.penstock.load.Outcome;
import dev.penstock.proxy.http1.FieldName;
import dev.penstock.proxy.http1.Fields;
import dev.penstock.proxy.http1.ResponseMessage;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request to an answer: by the service of its route or, where that has none, by its fallbacks, all of them
 * until one deadline. Confined to the event loop of its client.
 */
final class Delivery {
    private final Exchange exchange;
    private final DownstreamRequest request;
    private final ServiceChain services;
    private final Upstreams upstreams;
    private final @Nullable String host;
    private Failover failover;
    private @Nullable Future<?> deadline;
    private long deadlineNanos;
    private boolean over;

    Delivery(Exchange exchange, DownstreamRequest request, ServiceChain services, Upstreams upstreams) {
        this.exchange = exchange;
        this.request = request;
        this.services = services;
        this.upstreams = upstreams;
        this.host = request.head().message().fields().get(FieldName.HOST);
        this.failover = new Failover(this, request, services, upstreams);
    }

    /** Begins; the exchange is told of the answer, or that there is none to be had. */
    void begin() {
        if (!services.seesCredentials()) {
            hideCredentials();
        }
        endBy(services.service().spec().retry().deadline());
        failover.begin();
    }

    private void hideCredentials() {
        Fields fields = request.head().message().fields();
        fields.remove(FieldName.AUTHORIZATION);
        fields.remove(FieldName.COOKIE);
    }

    // ---- time

    /** Ends it all in a while; that of a fallback does so from its turn on, and only earlier than what holds already. */
    private void endBy(Duration limit) {
        if (limit.isZero() || limit.toNanos() >= leftNanos()) {
            return;
        }
        endTime();
        deadlineNanos = upstreams.ticker().nanos() + limit.toNanos();
        deadline =
                request.guard().later(limit.toNanos(), () -> exchange.giveUp(ErrorAnswer.DEADLINE, Outcome.TIMED_OUT));
    }

    /** The service whose turn it is. */
    Service service() {
        return services.service();
    }

    /** How long it may still take. */
    long leftNanos() {
        return deadline == null
                ? Long.MAX_VALUE
                : deadlineNanos - upstreams.ticker().nanos();
    }

    private void endTime() {
        Guard.cancel(deadline);
        deadline = null;
    }

    // ---- what becomes of it

    /** The service gives no endpoint. */
    void refused(Refusal refusal) {
        Service service = services.service();
        if (!fallBack()) {
            exchange.refused(refusal, service);
        }
    }

    /** No endpoint of the service answers. */
    void unreachable(ErrorAnswer answer) {
        if (!fallBack()) {
            exchange.refused(answer);
        }
    }

    /** An interim answer goes to the client. */
    void interim(Attempt attempt, ResponseMessage response) {
        exchange.interim(attempt, response);
    }

    /** An answer goes to the client. */
    void answered(Attempt attempt, ResponseMessage response, UpstreamAnswer framing) {
        over = true;
        endTime();
        request.body().forget();
        exchange.answered(attempt, response, framing);
    }

    /** Sends the request to the fallback of the service, if there is one and it can be sent once more. */
    private boolean fallBack() {
        if (over || leftNanos() <= 0 || !failover.mayFallBack() || !services.next()) {
            return false;
        }
        failover.end(Outcome.CANCELLED);
        request.head().attempts().clear();
        if (host != null) {
            request.head().message().fields().set(FieldName.HOST, host); // the next may want it as it came
        }
        request.client().holdBody(true);
        request.guard().soon(this::next); // first what has failed is ended
        return true;
    }

    private void next() {
        if (!over) {
            failover = new Failover(this, request, services, upstreams);
            begin();
            flush(); // what was just sent has no read of the client to flush it
        }
    }

    /** Ends all that is under way. */
    void end(Outcome outcome) {
        over = true;
        endTime();
        request.body().forget();
        failover.end(outcome);
    }

    // ---- from the client

    void forward(HttpContent content) {
        failover.race().forward(content);
    }

    void flush() {
        failover.race().flush();
    }

    /** How many bytes wait in the connections to endpoints. */
    long heldBytes() {
        return failover.race().heldBytes();
    }

    /** Sets the timers of whoever is waited for now. */
    void watch() {
        failover.race().watch();
    }
}
