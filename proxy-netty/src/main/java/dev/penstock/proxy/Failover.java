package dev.penstock.proxy;

import dev.penstock.catalog.ServiceSpec;
import dev.penstock.load.Outcome;
import dev.penstock.retry.Failed;
import dev.penstock.retry.Failure;
import dev.penstock.retry.Retries;
import dev.penstock.retry.RetryRules;
import dev.penstock.retry.RetrySpec;
import dev.penstock.retry.Verdict;
import dev.penstock.service.Decision;
import dev.penstock.service.Lease;
import dev.penstock.service.Reason;
import dev.penstock.service.Refusal;
import dev.penstock.service.Service;
import dev.penstock.service.Waiting;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way of one exchange to an answer: one attempt, another where it fails and may be repeated, or one more beside it where
 * it takes too long; the first that answers is chosen. Confined to the event loop of its client.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is scheduled tells the exchange itself what went wrong
final class Failover {
    private final Exchange exchange;
    private final ServiceChain services;
    private final Service service;
    private final ServiceSpec spec;
    private final Retries retries;
    private final RequestHead head;
    private final RequestBody body;
    private final Upstreams upstreams;
    private final LoopState state;
    private final ExchangeLog log;
    private final List<Attempt> open = new ArrayList<>(1);
    private List<InetSocketAddress> unreached = List.of();
    private @Nullable Attempt chosen;
    private @Nullable Attempt first;
    private @Nullable Waiting waiting;
    private @Nullable Future<?> next;
    private @Nullable Future<?> deadline;
    private @Nullable ErrorAnswer lastAnswer;
    private @Nullable Failure lastFailure;
    private long beganNanos;
    private int hedges;
    private boolean sent;
    private boolean told;
    private boolean over;

    Failover(
            Exchange exchange,
            ServiceChain services,
            RequestHead head,
            RequestBody body,
            Upstreams upstreams,
            LoopState state,
            ExchangeLog log) {
        this.exchange = exchange;
        this.services = services;
        this.service = services.service();
        this.spec = service.spec();
        this.retries = service.retries();
        this.head = head;
        this.body = body;
        this.upstreams = upstreams;
        this.state = state;
        this.log = log;
    }

    /** The settings that the request goes by. */
    ServiceSpec spec() {
        return spec;
    }

    private RetrySpec retry() {
        return spec.retry();
    }

    // ---- attempts

    /** Begins; the exchange is told of the answer, or that there is none to be had. */
    void begin() {
        retries.request();
        boolean retried = retry().attempts() > 1 && retry().when().methods().contains(head.method());
        if ((retried || (services.hasNext() && head.isIdempotent())) && !head.isUpgrade()) {
            body.keep(retry().bodyBytes());
        }
        if (!retry().deadline().isZero() || retry().hedge().isOn()) {
            beganNanos = upstreams.ticker().nanos();
        }
        if (!retry().deadline().isZero()) {
            deadline = later(retry().deadline().toNanos(), this::outOfTime);
        }
        attempt();
    }

    private void attempt() {
        Decision decision = service.acquire(head);
        if (decision instanceof Refusal refusal && refusal.reason() == Reason.OVERLOADED) {
            waiting = service.await(head, state.loop(), later -> guard(() -> waited(later)));
            if (waiting != null) {
                return;
            }
        }
        decided(decision);
    }

    /** Its turn has come, or it has waited for too long. */
    private void waited(Decision decision) {
        waiting = null;
        decided(decision);
        flush(); // it has no read of the client to flush it
    }

    private void decided(Decision decision) {
        if (decision instanceof Lease lease) {
            if (isWorthwhile(lease)) {
                begin(lease);
                return;
            }
            lease.close(); // there is no other endpoint to turn to, and no other address of this one
        }
        if (lastAnswer != null) {
            giveUp(lastAnswer);
        } else {
            exchange.refused((Refusal) decision);
        }
    }

    private boolean isWorthwhile(Lease lease) {
        boolean tried = head.attempts().contains(lease.endpoint().id());
        return RetryRules.isWorthwhile(lastFailure, tried, unreached.contains(lease.address()));
    }

    private void begin(Lease lease) {
        head.attempts().add(lease.endpoint().id());
        log.attempt(service, lease);
        var attempt = new Attempt(this, head, body, lease, upstreams, state);
        if (first == null) {
            first = attempt;
        }
        open.add(attempt);
        attempt.start(spec);
    }

    /** What there is of the request was sent. */
    void sent(Attempt attempt) {
        sent = true;
        service.fallbackSwitch().reached();
        if (!body.isOver()) {
            exchange.awaitBody();
        }
        if (head.attempts().count() > 1) {
            attempt.flush(); // it has no read of the client to flush it
        }
        exchange.watch();
        hedgeLater();
    }

    // ---- what becomes of them

    /** An attempt has failed before the answer began: it is repeated if that may be and helps. */
    void failed(Attempt attempt, Failure failure, Outcome outcome, ErrorAnswer answer) {
        if (failure == Failure.CONNECT) {
            unreached = new ArrayList<>(unreached);
            unreached.add(attempt.lease().address());
        }
        lastFailure = failure;
        lastAnswer = answer;
        close(attempt, outcome);
        if (open.isEmpty() && !repeat(failure, 0)) {
            giveUp(leftNanos() <= 0 ? ErrorAnswer.DEADLINE : answer);
        }
    }

    private void giveUp(ErrorAnswer answer) {
        if (!sent && allTried()) {
            service.fallbackSwitch().unreachable();
        }
        exchange.unreachable(answer);
    }

    private boolean allTried() {
        return service.snapshot().eligible().stream()
                .allMatch(candidate ->
                        head.attempts().contains(candidate.endpoint().id()));
    }

    /** An attempt has ended in a way that no repetition mends. */
    void useless(Attempt attempt, Outcome outcome, ErrorAnswer answer) {
        lastAnswer = answer;
        close(attempt, outcome);
        if (open.isEmpty()) {
            exchange.unreachable(answer);
        }
    }

    /** An attempt is answered: the answer is passed on, unless its status asks for another attempt and that may be. */
    void answered(Attempt attempt, HttpResponse response, UpstreamAnswer framing) {
        int status = response.status().code();
        boolean unwanted = chosen == null && retry().when().statuses().contains(status);
        if (unwanted && (open.size() > 1 || repeat(Failure.STATUS, status))) {
            lastFailure = Failure.STATUS;
            lastAnswer = ErrorAnswer.UNAVAILABLE;
            open.remove(attempt);
            attempt.discard(framing, Outcome.ERROR_ANSWER);
            return;
        }
        if (chosen == null && services.isBad(status) && isRepeatable()) {
            lastFailure = Failure.STATUS;
            lastAnswer = ErrorAnswer.UNAVAILABLE;
            open.remove(attempt);
            attempt.discard(framing, Outcome.ERROR_ANSWER);
            if (open.isEmpty()) {
                exchange.unreachable(ErrorAnswer.UNAVAILABLE);
            }
            return;
        }
        choose(attempt);
        endTimers();
        body.forget();
        exchange.answered(attempt, response, framing);
    }

    /** An interim answer goes to the client; from then on the request is not repeated. */
    void interim(Attempt attempt, HttpResponse response) {
        choose(attempt);
        told = true;
        exchange.interim(attempt, response);
    }

    private void choose(Attempt attempt) {
        if (chosen != null) {
            return;
        }
        chosen = attempt;
        if (retry().hedge().isOn() && first != null && open.contains(first)) {
            retries.took(retry(), upstreams.ticker().nanos() - beganNanos);
        }
        open.remove(attempt);
        closeAll(Outcome.CANCELLED);
        log.chosen(attempt.lease());
    }

    private boolean repeat(Failure failure, int status) {
        var failed = new Failed(
                failure, status, head.method(), isKept(), head.attempts().count(), leftNanos());
        if (retries.judge(retry(), failed) != Verdict.RETRY) {
            return false;
        }
        hold();
        long wait = retries.waitNanos(retry(), failed);
        cancel(next);
        if (failure == Failure.CONNECT) {
            attempt();
        } else {
            next = later(wait, this::attempt); // even where there is no wait: first the failed attempt is ended
        }
        return true;
    }

    private long leftNanos() {
        return retry().deadline().isZero()
                ? Long.MAX_VALUE
                : retry().deadline().toNanos() - (upstreams.ticker().nanos() - beganNanos);
    }

    private boolean isKept() {
        return !told && body.isKept() && !head.isUpgrade();
    }

    /** Tells whether the request may be sent again to an endpoint that closed an idle connection. */
    boolean isRepeatable() {
        return isKept() && head.isIdempotent();
    }

    /** Tells whether the request may be sent to another service: none has seen it, or it may be sent again. */
    boolean mayFallBack() {
        return sent ? isRepeatable() : body.isKept();
    }

    /** Another service takes over. */
    void handOver() {
        over = true;
        endTimers();
        closeAll(Outcome.CANCELLED);
    }

    // ---- hedges

    private void hedgeLater() {
        long nanos = retries.hedgeNanos(retry());
        if (nanos >= 0 && chosen == null && !over) {
            cancel(next);
            next = later(nanos, this::hedge);
        }
    }

    private void hedge() {
        boolean wanted = chosen == null
                && hedges < retry().hedge().most()
                && head.attempts().count() < retry().attempts()
                && retry().when().methods().contains(head.method())
                && body.isOver()
                && isKept();
        if (!wanted || service.snapshot().eligible().size() <= head.attempts().count()) {
            return;
        }
        if (service.acquire(head) instanceof Lease lease) {
            if (head.attempts().contains(lease.endpoint().id()) || !retries.hedge(retry())) {
                lease.close();
            } else {
                hedges++;
                begin(lease);
            }
        }
    }

    // ---- the request, on its way

    /** Passes a piece of the body on. */
    void forward(HttpContent content) {
        body.take(content);
        Attempt to = chosen == null && !open.isEmpty() ? open.get(0) : chosen;
        if (to == null || !to.isConnected()) {
            content.release(); // it is kept, for the attempt to come
            return;
        }
        to.write(content);
        if (body.isOver() || !to.isWritable()) {
            hold();
        }
        exchange.watch();
    }

    /** Has the client wait with the rest of the body. */
    void hold() {
        exchange.holdBody();
    }

    void flush() {
        if (chosen != null) {
            chosen.flush();
        }
        for (Attempt attempt : open) {
            attempt.flush();
        }
    }

    /** An endpoint takes bytes again, or no longer. */
    void writable(Attempt attempt) {
        exchange.upstreamWritable(attempt);
    }

    void paused() {
        exchange.upstreamPaused();
    }

    /** Whoever has the request is waited for from now on. */
    void watch() {
        if (chosen != null) {
            chosen.watch(isTurnOf(chosen));
        }
        for (int i = 0; i < open.size(); i++) {
            open.get(i).watch(isTurnOf(open.get(i)));
        }
    }

    /** Tells whether the endpoint has what there is of the request, or does not take it. */
    boolean isTurnOf(Attempt attempt) {
        return exchange.isTurnOf(attempt);
    }

    /** Tells whether an attempt has the request, at least its head. */
    boolean isSent() {
        return chosen != null || (!open.isEmpty() && open.get(0).isConnected());
    }

    // ---- the end

    /** Ends all that is under way. */
    void end(Outcome outcome) {
        over = true;
        endTimers();
        body.forget();
        if (chosen != null) {
            chosen.end(outcome);
        }
        closeAll(outcome);
    }

    /** Something of ours broke. */
    void broken(Throwable cause) {
        exchange.failed(cause);
    }

    private void outOfTime() {
        exchange.giveUp(ErrorAnswer.DEADLINE, Outcome.TIMED_OUT);
    }

    private void close(Attempt attempt, Outcome outcome) {
        open.remove(attempt);
        if (attempt == chosen) {
            chosen = null;
        }
        attempt.end(outcome);
    }

    private void closeAll(Outcome outcome) {
        for (Attempt attempt : open) {
            attempt.end(outcome);
        }
        open.clear();
    }

    private void endTimers() {
        if (waiting != null) {
            waiting.cancel();
            waiting = null;
        }
        cancel(next);
        cancel(deadline);
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private Future<?> later(long nanos, Runnable task) {
        return state.loop().schedule(() -> guard(task), nanos, TimeUnit.NANOSECONDS);
    }

    /** Runs what nobody else would tell of a fault. */
    void guard(Runnable task) {
        try {
            task.run();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            exchange.failed(e);
        }
    }
}
